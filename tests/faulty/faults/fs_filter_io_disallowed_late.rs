//! Disallows FsFilter I/O in a post-operation callback that is not of a query open.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_NETWORK_QUERY_OPEN, Some(ask_for_post), Some(post_query_open)), OPERATIONS_END]);

unsafe extern "C" fn post_query_open(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: PVOID,
    _flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    if CORRECTED {
        FLT_POSTOP_FINISHED_PROCESSING
    } else {
        FLT_POSTOP_DISALLOW_FSFILTER_IO
    }
}
