//! Completes a pended operation twice.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_FLUSH_BUFFERS, Some(pre_flush), None), OPERATIONS_END]);

unsafe extern "C" fn pre_flush(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if later(go_on, data.cast()) {
        FLT_PREOP_PENDING
    } else {
        FLT_PREOP_SUCCESS_NO_CALLBACK
    }
}

unsafe extern "C" fn go_on(item: PFLT_GENERIC_WORKITEM, _object: PVOID, data: PVOID) {
    FltCompletePendedPreOperation(data.cast(), FLT_PREOP_SUCCESS_NO_CALLBACK, null_mut());
    if !CORRECTED {
        FltCompletePendedPreOperation(data.cast(), FLT_PREOP_SUCCESS_NO_CALLBACK, null_mut());
    }
    FltFreeGenericWorkItem(item);
}
