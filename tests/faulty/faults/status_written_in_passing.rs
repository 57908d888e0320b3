//! Writes IoStatus and passes the operation on.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_CREATE, Some(pre), None), OPERATIONS_END]);

unsafe extern "C" fn pre(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if !CORRECTED {
        (*data).IoStatus.Information = 7;
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
