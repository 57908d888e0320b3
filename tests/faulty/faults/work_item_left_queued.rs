//! Unregisters while a work item waits for what comes after it.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

static STOP: Global<KEVENT> = Global::zeroed();

driver!(
    operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END],
    unload: unload,
    gone: gone,
);

unsafe fn unload() {
    if CORRECTED {
        KeSetEvent(STOP.at(), 0, 0);
    }
}

unsafe fn gone() {
    KeSetEvent(STOP.at(), 0, 0);
}

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        KeInitializeEvent(STOP.at(), NotificationEvent, 0);
        let item = FltAllocateGenericWorkItem();
        if FltQueueGenericWorkItem(
            item,
            filter().cast(),
            Some(work),
            DelayedWorkQueue,
            null_mut(),
        ) < 0
        {
            FltFreeGenericWorkItem(item);
        }
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}

unsafe extern "C" fn work(item: PFLT_GENERIC_WORKITEM, _object: PVOID, _context: PVOID) {
    wait(STOP.at());
    FltFreeGenericWorkItem(item);
}
