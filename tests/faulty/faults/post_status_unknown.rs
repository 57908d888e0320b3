//! Returns a pre-operation status from a post-operation callback.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_CLEANUP, Some(ask_for_post), Some(post_cleanup)), OPERATIONS_END]);

unsafe extern "C" fn post_cleanup(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: PVOID,
    _flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    if CORRECTED {
        FLT_POSTOP_FINISHED_PROCESSING
    } else {
        FLT_PREOP_COMPLETE
    }
}
