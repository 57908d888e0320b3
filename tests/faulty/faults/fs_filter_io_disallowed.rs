//! Takes a network query open for a query open, and disallows FsFilter I/O.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_NETWORK_QUERY_OPEN, Some(pre_query_open), None), OPERATIONS_END]);

unsafe extern "C" fn pre_query_open(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if CORRECTED {
        FLT_PREOP_DISALLOW_FASTIO
    } else {
        FLT_PREOP_DISALLOW_FSFILTER_IO
    }
}
