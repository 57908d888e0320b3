//! Frees an IRP that the device below still has.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(below: Some(below), load: load);

static DONE: Global<KEVENT> = Global::zeroed();

unsafe fn load() -> NTSTATUS {
    let irp = own_control(*BELOW.at());
    if !irp.is_null() {
        KeInitializeEvent(DONE.at(), NotificationEvent, 0);
        on_completion(irp, Some(done), null_mut());
        IofCallDriver(*BELOW.at(), irp);
        if CORRECTED {
            finish(irp, STATUS_SUCCESS, 0);
            wait(DONE.at());
            IoFreeIrp(irp);
        } else {
            IoFreeIrp(irp);
            finish(irp, STATUS_SUCCESS, 0);
        }
    }
    STATUS_SUCCESS
}

/// Keeps the request, until what it waits for has come.
unsafe extern "C" fn below(_device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    mark_pending(irp);
    STATUS_PENDING
}

unsafe extern "C" fn done(_device: PDEVICE_OBJECT, _irp: PIRP, _context: PVOID) -> NTSTATUS {
    KeSetEvent(DONE.at(), 0, 0);
    STATUS_MORE_PROCESSING_REQUIRED
}
