//! Lets a pended operation go on without taking its cancel routine away.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;
use core::sync::atomic::{AtomicPtr, Ordering};

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_READ, Some(pre_read), None), OPERATIONS_END]);

/// The operation, until the worker or the cancel routine takes it.
static PENDED: AtomicPtr<FLT_CALLBACK_DATA> = AtomicPtr::new(null_mut());

unsafe extern "C" fn pre_read(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if !is_irp(data) || is_paging(data) {
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    PENDED.store(data, Ordering::Release);
    if FltSetCancelCompletion(data, Some(cancelled)) < 0 {
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    if !later(go_on, data.cast()) {
        go_on_now(data);
    }
    FLT_PREOP_PENDING
}

unsafe fn take(data: PFLT_CALLBACK_DATA) -> bool {
    let taken = PENDED.compare_exchange(data, null_mut(), Ordering::AcqRel, Ordering::Acquire);
    taken.is_ok()
}

unsafe fn go_on_now(data: PFLT_CALLBACK_DATA) {
    if !take(data) {
        return;
    }
    if CORRECTED {
        FltClearCancelCompletion(data);
    }
    FltCompletePendedPreOperation(data, FLT_PREOP_SUCCESS_NO_CALLBACK, null_mut());
}

unsafe extern "C" fn go_on(item: PFLT_GENERIC_WORKITEM, _object: PVOID, data: PVOID) {
    go_on_now(data.cast());
    FltFreeGenericWorkItem(item);
}

unsafe extern "C" fn cancelled(data: PFLT_CALLBACK_DATA) {
    if take(data) {
        (*data).IoStatus.Anonymous.Status = STATUS_CANCELLED;
        (*data).IoStatus.Information = 0;
        FltCompletePendedPreOperation(data, FLT_PREOP_COMPLETE, null_mut());
    }
}
