//! Sets a cancel routine for paging I/O, which nobody can cancel.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_WRITE, Some(pre_write), None), OPERATIONS_END]);

unsafe extern "C" fn pre_write(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if !is_irp(data) || CORRECTED && is_paging(data) {
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    if FltSetCancelCompletion(data, Some(cancelled)) >= 0 && FltClearCancelCompletion(data) < 0 {
        return FLT_PREOP_PENDING;
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}

unsafe extern "C" fn cancelled(data: PFLT_CALLBACK_DATA) {
    (*data).IoStatus.Anonymous.Status = STATUS_CANCELLED;
    (*data).IoStatus.Information = 0;
    FltCompletePendedPreOperation(data, FLT_PREOP_COMPLETE, null_mut());
}
