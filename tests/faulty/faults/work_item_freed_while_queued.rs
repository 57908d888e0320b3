//! Frees a work item as soon as it is queued.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

static DONE: Signal = Signal::unset();
static FREED: Signal = Signal::unset();

driver!(
    operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END],
    load: load,
);

unsafe fn load() -> NTSTATUS {
    DONE.prepare();
    FREED.prepare();
    STATUS_SUCCESS
}

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if !first() {
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    let item = FltAllocateGenericWorkItem();
    let routine = Some(work as _);
    let object = filter().cast();
    if item.is_null()
        || FltQueueGenericWorkItem(item, object, routine, DelayedWorkQueue, null_mut()) < 0
    {
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    if !CORRECTED {
        FltFreeGenericWorkItem(item);
    }
    DONE.give();
    FLT_PREOP_SUCCESS_NO_CALLBACK
}

unsafe extern "C" fn work(item: PFLT_GENERIC_WORKITEM, _object: PVOID, _context: PVOID) {
    DONE.expect();
    FltFreeGenericWorkItem(item);
    FREED.give();
}
