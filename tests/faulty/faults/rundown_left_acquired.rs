//! Releases less run-down protection than it acquired, and goes.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

static RUNDOWN: Global<EX_RUNDOWN_REF> = Global::zeroed();

driver!(
    operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END],
    load: load,
);

unsafe fn load() -> NTSTATUS {
    ExInitializeRundownProtection(RUNDOWN.at());
    STATUS_SUCCESS
}

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() && ExAcquireRundownProtectionEx(RUNDOWN.at(), 3) != 0 {
        let count = if CORRECTED { 3 } else { 2 };
        ExReleaseRundownProtectionEx(RUNDOWN.at(), count);
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
