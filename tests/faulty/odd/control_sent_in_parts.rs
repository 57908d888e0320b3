//! Sends each control on twice: the completion routine of the first part sends the second, while the dispatch routine of the
//! device below has yet to return from the first.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;
use core::sync::atomic::{AtomicUsize, Ordering};

use ringfence_faulty::*;

driver!(control: Some(control), below: Some(below));

unsafe extern "C" fn control(_device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    mark_pending(irp);
    send(irp, Some(first_done));
    STATUS_PENDING
}

unsafe fn send(irp: PIRP, done: PIO_COMPLETION_ROUTINE) {
    copy_to_next(irp);
    on_completion(irp, done, null_mut());
    IofCallDriver(*BELOW.at(), irp);
}

unsafe extern "C" fn first_done(_device: PDEVICE_OBJECT, irp: PIRP, _context: PVOID) -> NTSTATUS {
    send(irp, Some(second_done));
    STATUS_MORE_PROCESSING_REQUIRED
}

unsafe extern "C" fn second_done(_device: PDEVICE_OBJECT, _irp: PIRP, _context: PVOID) -> NTSTATUS {
    STATUS_SUCCESS
}

/// Answers the first part at once and pends the second.
unsafe extern "C" fn below(device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    static PARTS: AtomicUsize = AtomicUsize::new(0);
    if PARTS.fetch_add(1, Ordering::AcqRel).is_multiple_of(2) {
        finish(irp, STATUS_SUCCESS, 0)
    } else {
        pend(device, irp)
    }
}
