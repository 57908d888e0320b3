//! Has an I/O work item whose routine queues it again, and frees it the last time; the driver does not wait for it, since
//! Windows keeps a driver loaded as long as one of its devices has work.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;
use core::sync::atomic::{AtomicUsize, Ordering};

use ringfence_faulty::*;

driver!(control: Some(control), load: load);

static ROUNDS: AtomicUsize = AtomicUsize::new(0);

unsafe extern "C" fn control(_device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    finish(irp, STATUS_INVALID_DEVICE_REQUEST, 0)
}

unsafe fn load() -> NTSTATUS {
    let item = IoAllocateWorkItem(*DEVICE.at());
    if item.is_null() {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    IoQueueWorkItemEx(item, Some(work), DelayedWorkQueue, null_mut());
    STATUS_SUCCESS
}

unsafe extern "C" fn work(_object: PVOID, _context: PVOID, item: PIO_WORKITEM) {
    if ROUNDS.fetch_add(1, Ordering::AcqRel) < 20 {
        IoQueueWorkItemEx(item, Some(work), DelayedWorkQueue, null_mut());
    } else {
        IoFreeWorkItem(item);
    }
}
