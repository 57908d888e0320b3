//! Changes parameters in a post-operation callback without marking them as changed.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_CREATE, Some(ask_for_post), Some(post_create)), OPERATIONS_END]);

unsafe extern "C" fn post_create(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: PVOID,
    flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    if flags & FLTFL_POST_OPERATION_DRAINING == 0 {
        (*(*data).Iopb).OperationFlags |= SL_CASE_SENSITIVE as UCHAR;
        if CORRECTED {
            FltSetCallbackDataDirty(data);
        }
    }
    FLT_POSTOP_FINISHED_PROCESSING
}
