//! Closes a handle twice.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(load: load);

unsafe fn load() -> NTSTATUS {
    let mut handle: HANDLE = null_mut();
    let process = IoGetCurrentProcess().cast();
    let status = ObOpenObjectByPointer(
        process,
        OBJ_KERNEL_HANDLE,
        null_mut(),
        0,
        null_mut(),
        0,
        &raw mut handle,
    );
    if status >= 0 {
        ZwClose(handle);
        if !CORRECTED {
            ZwClose(handle);
        }
    }
    status
}
