//! Completes a cleanup itself, and with an error.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_CLEANUP, Some(pre_cleanup), None), OPERATIONS_END]);

unsafe extern "C" fn pre_cleanup(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if CORRECTED || !first() {
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    (*data).IoStatus.Anonymous.Status = STATUS_ACCESS_DENIED;
    (*data).IoStatus.Information = 0;
    FLT_PREOP_COMPLETE
}
