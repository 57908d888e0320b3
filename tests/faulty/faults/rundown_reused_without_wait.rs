//! Re-initialises a run-down block that was not run down.
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
    if first() {
        if CORRECTED {
            ExWaitForRundownProtectionRelease(RUNDOWN.at());
        }
        ExReInitializeRundownProtection(RUNDOWN.at());
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
