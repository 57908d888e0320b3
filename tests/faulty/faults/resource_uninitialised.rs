//! Acquires a resource that nobody initialised.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

static RESOURCE: Global<ERESOURCE> = Global::zeroed();

driver!(
    operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END],
    load: load,
    gone: gone,
);

unsafe fn load() -> NTSTATUS {
    if CORRECTED {
        return ExInitializeResourceLite(RESOURCE.at());
    }
    STATUS_SUCCESS
}

unsafe fn gone() {
    if CORRECTED {
        ExDeleteResourceLite(RESOURCE.at());
    }
}

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        FltAcquireResourceShared(RESOURCE.at());
        FltReleaseResource(RESOURCE.at());
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
