//! Ends its operations twice, has a post-operation callback without a pre-operation callback, and skips
//! paging and cached I/O.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

const WRITES: FLT_OPERATION_REGISTRATION = FLT_OPERATION_REGISTRATION {
    Flags: FLTFL_OPERATION_REGISTRATION_SKIP_PAGING_IO
        | FLTFL_OPERATION_REGISTRATION_SKIP_CACHED_IO,
    ..on(IRP_MJ_WRITE, Some(ask_for_post), Some(post))
};

driver!(operations: &[
    on(IRP_MJ_CLOSE, None, Some(post)),
    WRITES,
    on(IRP_MJ_READ, Some(ask_for_post), Some(post)),
    OPERATIONS_END,
    OPERATIONS_END,
]);

unsafe extern "C" fn post(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: PVOID,
    _flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    FLT_POSTOP_FINISHED_PROCESSING
}
