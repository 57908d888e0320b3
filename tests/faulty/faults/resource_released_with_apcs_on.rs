//! Leaves the critical region before it releases the resource.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(load: load);

static RESOURCE: Global<ERESOURCE> = Global::zeroed();

unsafe fn load() -> NTSTATUS {
    let resource = RESOURCE.at();
    ExInitializeResourceLite(resource);
    KeEnterCriticalRegion();
    ExAcquireResourceSharedLite(resource, 1);
    if CORRECTED {
        ExReleaseResourceLite(resource);
        KeLeaveCriticalRegion();
    } else {
        KeLeaveCriticalRegion();
        ExReleaseResourceLite(resource);
    }
    ExDeleteResourceLite(resource);
    STATUS_SUCCESS
}
