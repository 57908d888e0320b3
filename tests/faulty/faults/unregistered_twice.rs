//! Unregisters its filter twice.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(unload: unload);

unsafe fn unload() {
    // The scaffold unregisters after this.
    if !CORRECTED {
        FltUnregisterFilter(filter());
    }
}
