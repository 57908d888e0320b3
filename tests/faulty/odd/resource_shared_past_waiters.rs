//! Acquires a resource shared again and again in one thread, past whoever waits for it exclusively, and exclusively
//! what it has exclusively: ExAcquireSharedStarveExclusive and recursion are documented.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

static RESOURCE: Global<ERESOURCE> = Global::zeroed();

driver!(
    operations: &[on(IRP_MJ_CLEANUP, Some(pre_cleanup), None), OPERATIONS_END],
    load: load,
    gone: gone,
);

unsafe fn load() -> NTSTATUS {
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
    let resource = RESOURCE.at();
    KeEnterCriticalRegion();
    ExAcquireResourceSharedLite(resource, 1);
    ExAcquireSharedStarveExclusive(resource, 1);
    ExReleaseResourceLite(resource);
    ExReleaseResourceLite(resource);
    if ExAcquireResourceExclusiveLite(resource, 0) != 0 {
        ExAcquireResourceExclusiveLite(resource, 1);
        ExAcquireResourceSharedLite(resource, 1);
        ExReleaseResourceLite(resource);
        ExReleaseResourceLite(resource);
        ExConvertExclusiveToSharedLite(resource);
        ExReleaseResourceLite(resource);
    }
    KeLeaveCriticalRegion();
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
