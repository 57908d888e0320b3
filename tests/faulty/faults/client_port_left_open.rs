//! Never closes the ports of its clients.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(load: load, unload: unload);

unsafe fn load() -> NTSTATUS {
    open_port(Some(gone), None)
}

unsafe fn unload() {
    close_port();
}

unsafe extern "C" fn gone(cookie: PVOID) {
    if CORRECTED {
        disconnect(cookie);
    }
}
