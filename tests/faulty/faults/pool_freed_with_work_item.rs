//! Frees memory with a work item in it that every worker is too busy for.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::sync::atomic::{AtomicUsize, Ordering};

use ringfence_faulty::*;

driver!(load: load);

/// As many as keep every system worker busy.
const BUSY: usize = 8;

static ITEMS: Global<[WORK_QUEUE_ITEM; BUSY]> = Global::zeroed();
static GO: Global<KEVENT> = Global::zeroed();
static LEFT: AtomicUsize = AtomicUsize::new(BUSY);
static DONE: Global<KEVENT> = Global::zeroed();

unsafe fn load() -> NTSTATUS {
    let size = size_of::<WORK_QUEUE_ITEM>() as SIZE_T;
    let last: PWORK_QUEUE_ITEM = ExAllocatePool2(POOL_FLAG_NON_PAGED, size, TAG).cast();
    if last.is_null() {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    KeInitializeEvent(GO.at(), NotificationEvent, 0);
    KeInitializeEvent(DONE.at(), NotificationEvent, 0);
    for index in 0..BUSY {
        let item = ITEMS.at().cast::<WORK_QUEUE_ITEM>().add(index);
        (*item).WorkerRoutine = Some(busy);
        ExQueueWorkItem(item, DelayedWorkQueue);
    }
    if !CORRECTED {
        (*last).WorkerRoutine = Some(busy);
        ExQueueWorkItem(last, DelayedWorkQueue);
    }
    ExFreePoolWithTag(last.cast(), TAG);
    KeSetEvent(GO.at(), 0, 0);
    wait(DONE.at());
    STATUS_SUCCESS
}

unsafe extern "C" fn busy(_context: PVOID) {
    wait(GO.at());
    if LEFT.fetch_sub(1, Ordering::AcqRel) == 1 {
        KeSetEvent(DONE.at(), 0, 0);
    }
}
