//! Converts a resource to shared that it already holds shared.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(load: load);

static RESOURCE: Global<ERESOURCE> = Global::zeroed();

unsafe fn load() -> NTSTATUS {
    let resource = RESOURCE.at();
    ExInitializeResourceLite(resource);
    KeEnterCriticalRegion();
    if CORRECTED {
        ExAcquireResourceExclusiveLite(resource, 1);
    } else {
        ExAcquireResourceSharedLite(resource, 1);
    }
    ExConvertExclusiveToSharedLite(resource);
    ExReleaseResourceLite(resource);
    KeLeaveCriticalRegion();
    ExDeleteResourceLite(resource);
    STATUS_SUCCESS
}
