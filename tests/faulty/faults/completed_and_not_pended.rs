//! Completes an operation as a pended one, and returns a status that passes it on.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_FLUSH_BUFFERS, Some(pre_flush), None), OPERATIONS_END]);

unsafe extern "C" fn pre_flush(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if !CORRECTED {
        FltCompletePendedPreOperation(data, FLT_PREOP_SUCCESS_NO_CALLBACK, null_mut());
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
