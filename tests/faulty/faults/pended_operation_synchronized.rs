//! Completes a pended operation with a status that only a callback may return.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_FLUSH_BUFFERS, Some(pre_flush), Some(post_flush)), OPERATIONS_END]);

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

unsafe extern "C" fn post_flush(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: PVOID,
    _flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    FLT_POSTOP_FINISHED_PROCESSING
}

unsafe extern "C" fn go_on(item: PFLT_GENERIC_WORKITEM, _object: PVOID, data: PVOID) {
    let status = if CORRECTED {
        FLT_PREOP_SUCCESS_WITH_CALLBACK
    } else {
        FLT_PREOP_SYNCHRONIZE
    };
    FltCompletePendedPreOperation(data.cast(), status, null_mut());
    FltFreeGenericWorkItem(item);
}
