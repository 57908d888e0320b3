//! Fails in DriverEntry after FltRegisterFilter and leaves the filter registered.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

/// `DriverEntry` — registers, then finds that it lacks something.
///
/// # Safety
/// Called by the I/O manager.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn DriverEntry(driver: PDRIVER_OBJECT, _path: PUNICODE_STRING) -> NTSTATUS {
    let status = register(driver, &Parts::NONE);
    if status < 0 {
        return status;
    }
    if CORRECTED {
        FltUnregisterFilter(filter());
    }
    STATUS_INSUFFICIENT_RESOURCES
}
