//! Releases run-down protection more often than it acquired it.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

static RUNDOWN: Global<EX_RUNDOWN_REF> = Global::zeroed();

driver!(
    operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END],
    load: load,
    unload: unload,
);

unsafe fn load() -> NTSTATUS {
    ExInitializeRundownProtection(RUNDOWN.at());
    STATUS_SUCCESS
}

unsafe fn unload() {
    ExWaitForRundownProtectionRelease(RUNDOWN.at());
}

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() && ExAcquireRundownProtectionEx(RUNDOWN.at(), 2) != 0 {
        let count = if CORRECTED { 2 } else { 3 };
        ExReleaseRundownProtectionEx(RUNDOWN.at(), count);
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
