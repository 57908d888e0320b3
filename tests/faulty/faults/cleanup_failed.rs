//! Fails a cleanup that succeeded.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_CLEANUP, Some(pre), Some(post)), OPERATIONS_END]);

unsafe extern "C" fn pre(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    FLT_PREOP_SUCCESS_WITH_CALLBACK
}

unsafe extern "C" fn post(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: PVOID,
    _flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    if !CORRECTED && first() {
        (*data).IoStatus.Anonymous.Status = STATUS_ACCESS_DENIED;
    }
    FLT_POSTOP_FINISHED_PROCESSING
}
