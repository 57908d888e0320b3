//! Starts filtering twice.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(load: load);

unsafe fn load() -> NTSTATUS {
    // The scaffold starts filtering after this.
    if CORRECTED {
        STATUS_SUCCESS
    } else {
        FltStartFiltering(filter())
    }
}
