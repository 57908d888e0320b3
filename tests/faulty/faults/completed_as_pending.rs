//! Completes an operation with STATUS_PENDING.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_FLUSH_BUFFERS, Some(pre), None), OPERATIONS_END]);

unsafe extern "C" fn pre(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    (*data).IoStatus.Anonymous.Status = if CORRECTED {
        STATUS_SUCCESS
    } else {
        STATUS_PENDING
    };
    FLT_PREOP_COMPLETE
}
