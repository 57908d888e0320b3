//! Acquires a resource in a post-operation callback that may run at DISPATCH_LEVEL.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

static RESOURCE: Global<ERESOURCE> = Global::zeroed();

driver!(
    operations: &[on(IRP_MJ_WRITE, None, Some(post)), OPERATIONS_END],
    load: load,
    gone: gone,
);

unsafe fn load() -> NTSTATUS {
    ExInitializeResourceLite(RESOURCE.at())
}

unsafe fn gone() {
    ExDeleteResourceLite(RESOURCE.at());
}

unsafe extern "C" fn post(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: PVOID,
    _flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    if CORRECTED && KeGetCurrentIrql() > APC_LEVEL {
        return FLT_POSTOP_FINISHED_PROCESSING;
    }
    FltAcquireResourceShared(RESOURCE.at());
    FltReleaseResource(RESOURCE.at());
    FLT_POSTOP_FINISHED_PROCESSING
}
