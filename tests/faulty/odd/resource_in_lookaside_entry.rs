//! Keeps resources in entries of a lookaside list: each is deleted before its entry goes back, and made anew in memory
//! that has held one before.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::sync::atomic::{AtomicBool, Ordering};

use ringfence_faulty::*;

static READY: AtomicBool = AtomicBool::new(false);
static LIST: Global<LOOKASIDE_LIST_EX> = Global::zeroed();

driver!(
    operations: &[on(IRP_MJ_CLEANUP, Some(pre_cleanup), None), OPERATIONS_END],
    load: load,
    gone: gone,
);

unsafe fn load() -> NTSTATUS {
    let size = size_of::<ERESOURCE>() as SIZE_T;
    let status =
        ExInitializeLookasideListEx(LIST.at(), None, None, NonPagedPoolNx, 0, size, TAG, 0);
    READY.store(status >= 0, Ordering::Release);
    status
}

unsafe fn gone() {
    if READY.load(Ordering::Acquire) {
        ExDeleteLookasideListEx(LIST.at());
    }
}

unsafe extern "C" fn pre_cleanup(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    let resource: PERESOURCE = ExAllocateFromLookasideListEx(LIST.at()).cast();
    if resource.is_null() {
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    if ExInitializeResourceLite(resource) >= 0 {
        ExEnterCriticalRegionAndAcquireResourceExclusive(resource);
        ExReleaseResourceAndLeaveCriticalRegion(resource);
        ExDeleteResourceLite(resource);
    }
    ExFreeToLookasideListEx(LIST.at(), resource.cast());
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
