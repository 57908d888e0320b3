//! Sends to a client port through a copy that outlives it.
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
    let mut copy = *CLIENT.at();
    disconnect(cookie);
    if CORRECTED {
        tell(CLIENT.at());
    } else {
        tell(&raw mut copy);
    }
}
