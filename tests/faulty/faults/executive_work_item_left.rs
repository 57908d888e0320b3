//! Goes while a work item of the executive runs its code.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(unload: unload);

static ITEM: Global<WORK_QUEUE_ITEM> = Global::zeroed();
static STOP: Global<KEVENT> = Global::zeroed();
static DONE: Global<KEVENT> = Global::zeroed();

unsafe fn unload() {
    KeInitializeEvent(STOP.at(), NotificationEvent, 0);
    KeInitializeEvent(DONE.at(), NotificationEvent, 0);
    // ExInitializeWorkItem, which is inline.
    (*ITEM.at()).WorkerRoutine = Some(work);
    ExQueueWorkItem(ITEM.at(), DelayedWorkQueue);
    if CORRECTED {
        KeSetEvent(STOP.at(), 0, 0);
        wait(DONE.at());
    }
}

unsafe extern "C" fn work(_context: PVOID) {
    wait(STOP.at());
    KeSetEvent(DONE.at(), 0, 0);
}
