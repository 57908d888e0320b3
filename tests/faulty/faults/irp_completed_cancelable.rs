//! Completes a request that may still be cancelled.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(control: Some(control));

unsafe extern "C" fn control(_device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    mark_pending(irp);
    set_cancel(irp, Some(cancel));
    // What the request waits for is there at once.
    if !CORRECTED || set_cancel(irp, None) {
        finish(irp, STATUS_SUCCESS, 0);
    }
    STATUS_PENDING
}

unsafe extern "C" fn cancel(_device: PDEVICE_OBJECT, irp: PIRP) {
    IoReleaseCancelSpinLock((*irp).CancelIrql);
    finish(irp, STATUS_CANCELLED, 0);
}
