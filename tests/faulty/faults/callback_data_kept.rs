//! Looks at the callback data of an operation that has ended.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;
use core::sync::atomic::{AtomicPtr, Ordering};

use ringfence_faulty::*;

static KEPT: AtomicPtr<FLT_CALLBACK_DATA> = AtomicPtr::new(null_mut());

driver!(operations: &[
    on(IRP_MJ_CREATE, Some(pre_create), None),
    on(IRP_MJ_CLEANUP, Some(pre_cleanup), None),
    OPERATIONS_END,
]);

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    let kept = KEPT.load(Ordering::Acquire);
    if !CORRECTED && !kept.is_null() && first() {
        FltGetRequestorProcessId(kept);
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}

unsafe extern "C" fn pre_cleanup(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    KEPT.store(data, Ordering::Release);
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
