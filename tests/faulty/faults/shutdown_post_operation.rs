//! Registers a post-operation callback for shutdown, which never gets one.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

const POST: PFLT_POST_OPERATION_CALLBACK = if CORRECTED { None } else { Some(post) };

driver!(operations: &[on(IRP_MJ_SHUTDOWN, None, POST), OPERATIONS_END]);

unsafe extern "C" fn post(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: PVOID,
    _flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    FLT_POSTOP_FINISHED_PROCESSING
}
