//! Makes a symbolic link and goes without deleting it.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(load: load, unload: unload);

const NAME: &[u8] = br"\DosDevices\FaultyLink";
const TARGET: &[u8] = br"\Device\FaultyTarget";

/// Calls `work` with a counted string of these letters.
unsafe fn with<R>(letters: &[u8], work: impl FnOnce(PUNICODE_STRING) -> R) -> R {
    let mut units = [0_u16; 32];
    for (unit, letter) in units.iter_mut().zip(letters) {
        *unit = u16::from(*letter);
    }
    let bytes = letters.len() as u16 * 2;
    let mut string = UNICODE_STRING {
        Length: bytes,
        MaximumLength: bytes,
        Buffer: units.as_mut_ptr(),
    };
    work(&raw mut string)
}

unsafe fn load() -> NTSTATUS {
    with(NAME, |name| {
        with(TARGET, |target| IoCreateSymbolicLink(name, target))
    })
}

unsafe fn unload() {
    if CORRECTED {
        with(NAME, |name| IoDeleteSymbolicLink(name));
    }
}
