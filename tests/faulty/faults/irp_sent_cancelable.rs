//! Sends a request on that may still be cancelled.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(control: Some(control), below: Some(below));

unsafe extern "C" fn control(_device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    mark_pending(irp);
    set_cancel(irp, Some(cancel));
    // What the request waits for is there at once.
    if !CORRECTED || set_cancel(irp, None) {
        copy_to_next(irp);
        IofCallDriver(*BELOW.at(), irp);
    }
    STATUS_PENDING
}

unsafe extern "C" fn below(_device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    finish(irp, STATUS_SUCCESS, 0)
}

unsafe extern "C" fn cancel(_device: PDEVICE_OBJECT, irp: PIRP) {
    IoReleaseCancelSpinLock((*irp).CancelIrql);
    finish(irp, STATUS_CANCELLED, 0);
}
