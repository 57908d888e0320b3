//! Waits for a resource that a work item holds, which waits for the one that is held here.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

static RESOURCE: Global<ERESOURCE> = Global::zeroed();
static OTHER: Global<ERESOURCE> = Global::zeroed();
static HERE: Global<KEVENT> = Global::zeroed();
static THERE: Global<KEVENT> = Global::zeroed();

driver!(
    operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END],
    load: load,
    gone: gone,
);

unsafe fn load() -> NTSTATUS {
    ExInitializeResourceLite(OTHER.at());
    KeInitializeEvent(HERE.at(), NotificationEvent, 0);
    KeInitializeEvent(THERE.at(), NotificationEvent, 0);
    ExInitializeResourceLite(RESOURCE.at())
}

unsafe fn gone() {
    ExDeleteResourceLite(OTHER.at());
    ExDeleteResourceLite(RESOURCE.at());
}

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        let item = FltAllocateGenericWorkItem();
        let queued = FltQueueGenericWorkItem(
            item,
            (*objects).Instance.cast(),
            Some(work),
            DelayedWorkQueue,
            null_mut(),
        );
        if queued < 0 {
            FltFreeGenericWorkItem(item);
            return FLT_PREOP_SUCCESS_NO_CALLBACK;
        }
        if CORRECTED {
            wait(THERE.at());
            KeSetEvent(HERE.at(), 0, 0);
        }
        FltAcquireResourceExclusive(RESOURCE.at());
        KeSetEvent(HERE.at(), 0, 0);
        wait(THERE.at());
        FltAcquireResourceExclusive(OTHER.at());
        FltReleaseResource(OTHER.at());
        FltReleaseResource(RESOURCE.at());
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}

unsafe extern "C" fn work(item: PFLT_GENERIC_WORKITEM, _object: PVOID, _context: PVOID) {
    FltAcquireResourceExclusive(OTHER.at());
    KeSetEvent(THERE.at(), 0, 0);
    wait(HERE.at());
    if !CORRECTED {
        FltAcquireResourceExclusive(RESOURCE.at());
        FltReleaseResource(RESOURCE.at());
    }
    FltReleaseResource(OTHER.at());
    FltFreeGenericWorkItem(item);
}
