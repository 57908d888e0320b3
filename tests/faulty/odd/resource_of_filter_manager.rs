//! Acquires resources and push locks through the filter manager without entering a critical region: these calls enter
//! it themselves. A push lock needs no deletion.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

static RESOURCE: Global<ERESOURCE> = Global::zeroed();
static LOCK: Global<EX_PUSH_LOCK> = Global::zeroed();

driver!(
    operations: &[on(IRP_MJ_CLEANUP, Some(pre_cleanup), None), OPERATIONS_END],
    load: load,
    gone: gone,
);

unsafe fn load() -> NTSTATUS {
    FltInitializePushLock(LOCK.at());
    ExInitializeResourceLite(RESOURCE.at())
}

unsafe fn gone() {
    ExDeleteResourceLite(RESOURCE.at());
}

unsafe extern "C" fn pre_cleanup(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    FltAcquireResourceShared(RESOURCE.at());
    FltAcquirePushLockShared(LOCK.at());
    FltReleaseResource(RESOURCE.at()); // not in the order of a stack
    FltReleasePushLock(LOCK.at());
    FltAcquireResourceExclusive(RESOURCE.at());
    FltReleaseResource(RESOURCE.at());
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
