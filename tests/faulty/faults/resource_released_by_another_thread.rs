//! Lets a work item release the resource that the callback holds.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

static RESOURCE: Global<ERESOURCE> = Global::zeroed();

static DONE: Global<KEVENT> = Global::zeroed();

driver!(
    operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END],
    load: load,
    gone: gone,
);

unsafe fn load() -> NTSTATUS {
    ExInitializeResourceLite(RESOURCE.at())
}

unsafe fn gone() {
    ExDeleteResourceLite(RESOURCE.at());
}

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        KeInitializeEvent(DONE.at(), NotificationEvent, 0);
        let item = FltAllocateGenericWorkItem();
        FltAcquireResourceExclusive(RESOURCE.at());
        if FltQueueGenericWorkItem(
            item,
            (*objects).Instance.cast(),
            Some(work),
            DelayedWorkQueue,
            null_mut(),
        ) >= 0
        {
            wait(DONE.at());
        }
        FltReleaseResource(RESOURCE.at());
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}

unsafe extern "C" fn work(item: PFLT_GENERIC_WORKITEM, _object: PVOID, _context: PVOID) {
    if !CORRECTED {
        FltReleaseResource(RESOURCE.at());
    }
    FltFreeGenericWorkItem(item);
    KeSetEvent(DONE.at(), 0, 0);
}
