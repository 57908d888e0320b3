//! Uses a handle that it has closed.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END]);

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        let handle = open(OBJ_KERNEL_HANDLE);
        if CORRECTED {
            look(handle, KernelMode);
        }
        ZwClose(handle);
        if !CORRECTED {
            look(handle, KernelMode);
        }
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}

/// A handle of the process that runs; null if there is none.
unsafe fn open(attributes: ULONG) -> HANDLE {
    let mut handle: HANDLE = null_mut();
    ObOpenObjectByPointer(
        IoGetCurrentProcess().cast(),
        attributes,
        null_mut(),
        0,
        null_mut(),
        KernelMode as KPROCESSOR_MODE,
        &raw mut handle,
    );
    handle
}

/// Looks for the object behind the handle.
unsafe fn look(handle: HANDLE, mode: MODE) {
    let mut object: PVOID = null_mut();
    let status = ObReferenceObjectByHandle(
        handle,
        0,
        null_mut(),
        mode as KPROCESSOR_MODE,
        &raw mut object,
        null_mut(),
    );
    if status >= 0 {
        ObfDereferenceObject(object);
    }
}
