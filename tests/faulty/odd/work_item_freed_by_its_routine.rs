//! Lets a DPC queue a work item of the executive in pool, whose routine frees the memory that it lies in.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(load: load, unload: unload);

static DPC: Global<KDPC> = Global::zeroed();
static DONE: Global<KEVENT> = Global::zeroed();

unsafe fn load() -> NTSTATUS {
    KeInitializeEvent(DONE.at(), NotificationEvent, 0);
    let size = size_of::<WORK_QUEUE_ITEM>() as SIZE_T;
    let item = ExAllocatePool2(POOL_FLAG_NON_PAGED, size, TAG);
    if item.is_null() {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    KeInitializeDpc(DPC.at(), Some(queue), item);
    KeInsertQueueDpc(DPC.at(), null_mut(), null_mut());
    STATUS_SUCCESS
}

unsafe extern "C" fn queue(_dpc: PKDPC, item: PVOID, _one: PVOID, _two: PVOID) {
    let item: PWORK_QUEUE_ITEM = item.cast();
    (*item).WorkerRoutine = Some(work);
    (*item).Parameter = item.cast();
    ExQueueWorkItem(item, DelayedWorkQueue);
}

unsafe extern "C" fn work(item: PVOID) {
    ExFreePoolWithTag(item, TAG);
    KeSetEvent(DONE.at(), 0, 0);
}

unsafe fn unload() {
    wait(DONE.at());
}
