//! Pends a request for ever and does not let it be cancelled.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(control: Some(control));

unsafe extern "C" fn control(_device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    // A client asks with the version of what it wants to be told, in four bytes.
    if (*location(irp))
        .Parameters
        .DeviceIoControl
        .InputBufferLength
        != 4
    {
        return finish(irp, STATUS_INVALID_PARAMETER, 0);
    }
    mark_pending(irp);
    if CORRECTED {
        set_cancel(irp, Some(cancel));
    }
    STATUS_PENDING
}

unsafe extern "C" fn cancel(_device: PDEVICE_OBJECT, irp: PIRP) {
    IoReleaseCancelSpinLock((*irp).CancelIrql);
    finish(irp, STATUS_CANCELLED, 0);
}
