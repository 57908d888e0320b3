//! Uses the handle of a thread that it never made.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

static THREAD: Global<HANDLE> = Global::zeroed();

driver!(operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END]);

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        let handle = *THREAD.at();
        if !CORRECTED || !handle.is_null() {
            look(handle, KernelMode);
        }
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
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
