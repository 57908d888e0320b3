//! Reads the buffer of a message outside every exception handler.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(load: load, unload: unload);

unsafe fn load() -> NTSTATUS {
    open_port(Some(disconnect), Some(message))
}

unsafe fn unload() {
    close_port();
}

unsafe extern "C" fn message(
    _cookie: PVOID,
    input: PVOID,
    length: ULONG,
    _output: PVOID,
    _room: ULONG,
    returned: PULONG,
) -> NTSTATUS {
    *returned = 0;
    // The corrected twin makes do with the length: there are no handlers in this language.
    if !CORRECTED && !input.is_null() && length != 0 {
        input.cast::<u8>().read_volatile();
    }
    STATUS_SUCCESS
}
