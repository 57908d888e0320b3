//! Waits in the dispatch routine until another thread has completed the request that it pended: the request is gone then,
//! and the pending mark stands all the same.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(control: Some(control));

static DONE: Global<KEVENT> = Global::zeroed();

unsafe extern "C" fn control(device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    let item = IoAllocateWorkItem(device);
    if item.is_null() {
        return finish(irp, STATUS_INSUFFICIENT_RESOURCES, 0);
    }
    KeInitializeEvent(DONE.at(), NotificationEvent, 0);
    mark_pending(irp);
    IoQueueWorkItemEx(item, Some(complete), DelayedWorkQueue, irp.cast());
    wait(DONE.at());
    STATUS_PENDING
}

unsafe extern "C" fn complete(_device: PVOID, irp: PVOID, item: PIO_WORKITEM) {
    IoFreeWorkItem(item);
    finish(irp.cast(), STATUS_SUCCESS, 0);
    KeSetEvent(DONE.at(), 0, 0);
}
