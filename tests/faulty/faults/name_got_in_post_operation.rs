//! Asks for a name in a post-operation callback that may run at DISPATCH_LEVEL.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_READ, Some(ask_for_post), Some(post_read)), OPERATIONS_END]);

unsafe extern "C" fn post_read(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: PVOID,
    flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    let draining = flags & FLTFL_POST_OPERATION_DRAINING != 0;
    if draining || CORRECTED && KeGetCurrentIrql() > APC_LEVEL as KIRQL {
        return FLT_POSTOP_FINISHED_PROCESSING;
    }
    let mut name = null_mut();
    let options = FLT_FILE_NAME_OPENED | FLT_FILE_NAME_QUERY_CACHE_ONLY;
    if FltGetFileNameInformation(data, options, &raw mut name) >= 0 {
        FltReleaseFileNameInformation(name);
    }
    FLT_POSTOP_FINISHED_PROCESSING
}
