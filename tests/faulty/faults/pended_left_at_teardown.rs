//! Resumes what it pended only when its instance is torn down completely.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;
use core::sync::atomic::{AtomicPtr, Ordering};

use ringfence_faulty::*;

static PENDED: AtomicPtr<FLT_CALLBACK_DATA> = AtomicPtr::new(null_mut());
static PENDS: Signal = Signal::unset();

driver!(
    operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END],
    teardown_start: Some(teardown_start),
    teardown_complete: Some(teardown_complete),
    load: load,
    unload: unload,
);

unsafe fn load() -> NTSTATUS {
    PENDS.prepare();
    STATUS_SUCCESS
}

unsafe fn unload() {
    PENDS.expect();
    let mut moment = LARGE_INTEGER { QuadPart: -500_000 };
    KeDelayExecutionThread(KernelMode as _, 0, &raw mut moment);
}

unsafe extern "C" fn pre_create(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if !first() {
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    PENDED.store(data, Ordering::Release);
    PENDS.give();
    FLT_PREOP_PENDING
}

unsafe fn resume() {
    let data = PENDED.swap(null_mut(), Ordering::AcqRel);
    if !data.is_null() {
        FltCompletePendedPreOperation(data, FLT_PREOP_SUCCESS_NO_CALLBACK, null_mut());
    }
}

unsafe extern "C" fn teardown_start(
    _objects: PCFLT_RELATED_OBJECTS,
    _reason: FLT_INSTANCE_TEARDOWN_FLAGS,
) {
    if CORRECTED {
        resume();
    }
}

unsafe extern "C" fn teardown_complete(
    _objects: PCFLT_RELATED_OBJECTS,
    _reason: FLT_INSTANCE_TEARDOWN_FLAGS,
) {
    resume();
}
