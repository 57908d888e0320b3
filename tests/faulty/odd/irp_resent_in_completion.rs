//! Sends its own IRP three times: the completion routine makes it new with IoReuseIrp and sends it again, and frees it in the
//! end.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;
use core::sync::atomic::{AtomicUsize, Ordering};

use ringfence_faulty::*;

driver!(below: Some(below), load: load, unload: unload);

const TIMES: usize = 3;

static SENT: AtomicUsize = AtomicUsize::new(0);
static DONE: Global<KEVENT> = Global::zeroed();

unsafe fn load() -> NTSTATUS {
    KeInitializeEvent(DONE.at(), NotificationEvent, 0);
    let irp = own_control(*BELOW.at());
    if irp.is_null() {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    send(irp);
    STATUS_SUCCESS
}

unsafe fn unload() {
    wait(DONE.at());
}

unsafe fn send(irp: PIRP) {
    on_completion(irp, Some(again), null_mut());
    IofCallDriver(*BELOW.at(), irp);
}

unsafe extern "C" fn again(_device: PDEVICE_OBJECT, irp: PIRP, _context: PVOID) -> NTSTATUS {
    if SENT.fetch_add(1, Ordering::AcqRel) + 1 < TIMES {
        IoReuseIrp(irp, STATUS_NOT_SUPPORTED);
        let next = next_location(irp);
        (*next).MajorFunction = IRP_MJ_DEVICE_CONTROL;
        (*next).Parameters.DeviceIoControl.IoControlCode = CONTROL;
        send(irp);
    } else {
        IoFreeIrp(irp);
        KeSetEvent(DONE.at(), 0, 0);
    }
    STATUS_MORE_PROCESSING_REQUIRED
}

/// Answers the first request at once and pends the others.
unsafe extern "C" fn below(device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    if SENT.load(Ordering::Acquire) == 0 {
        finish(irp, STATUS_SUCCESS, 0)
    } else {
        pend(device, irp)
    }
}
