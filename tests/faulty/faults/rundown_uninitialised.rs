//! Acquires a run-down block that nobody initialised.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

static RUNDOWN: Global<EX_RUNDOWN_REF> = Global::zeroed();

driver!(operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END]);

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        if CORRECTED {
            ExInitializeRundownProtection(RUNDOWN.at());
        }
        if ExAcquireRundownProtection(RUNDOWN.at()) != 0 {
            ExReleaseRundownProtection(RUNDOWN.at());
        }
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
