//! Makes a symbolic link and goes without deleting it.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(load: load, unload: unload);

const NAME: &[u8] = br"\DosDevices\FaultyLink";
const TARGET: &[u8] = br"\Device\FaultyTarget";

unsafe fn load() -> NTSTATUS {
    with_string(NAME, |name| {
        with_string(TARGET, |target| IoCreateSymbolicLink(name, target))
    })
}

unsafe fn unload() {
    if CORRECTED {
        with_string(NAME, |name| IoDeleteSymbolicLink(name));
    }
}
