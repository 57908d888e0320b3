//! Frees a work item that its own routine has freed.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(control: Some(control), load: load);

static DONE: Global<KEVENT> = Global::zeroed();

unsafe extern "C" fn control(_device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    finish(irp, STATUS_INVALID_DEVICE_REQUEST, 0)
}

unsafe fn load() -> NTSTATUS {
    KeInitializeEvent(DONE.at(), NotificationEvent, 0);
    let item = IoAllocateWorkItem(*DEVICE.at());
    if !item.is_null() {
        IoQueueWorkItemEx(item, Some(work), DelayedWorkQueue, null_mut());
        wait(DONE.at());
        if !CORRECTED {
            IoFreeWorkItem(item);
        }
    }
    STATUS_SUCCESS
}

unsafe extern "C" fn work(_object: PVOID, _context: PVOID, item: PIO_WORKITEM) {
    IoFreeWorkItem(item);
    KeSetEvent(DONE.at(), 0, 0);
}
