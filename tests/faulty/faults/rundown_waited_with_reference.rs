//! Waits for run-down while the waiting thread itself holds a reference.
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
    let acquired = ExAcquireRundownProtection(RUNDOWN.at()) != 0;
    if acquired && CORRECTED {
        ExReleaseRundownProtection(RUNDOWN.at());
    }
    ExWaitForRundownProtectionRelease(RUNDOWN.at());
}

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() && ExAcquireRundownProtection(RUNDOWN.at()) != 0 {
        ExReleaseRundownProtection(RUNDOWN.at());
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
