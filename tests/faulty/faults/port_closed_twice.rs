//! Closes its communication port twice.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(load: load, unload: unload);

unsafe fn load() -> NTSTATUS {
    open_port(Some(disconnect), None)
}

unsafe fn unload() {
    close_port();
    if !CORRECTED {
        close_port();
    }
}
