//! Keeps one control until it is cancelled, as for an inverted call; where the cancellation comes between the cancel routine
//! and the look at the flag, whoever gets the routine back completes the request.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(control: Some(control));

unsafe extern "C" fn control(_device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    let asked = (*location(irp)).Parameters.DeviceIoControl;
    if asked.IoControlCode & 3 != METHOD_BUFFERED || asked.InputBufferLength != 4 {
        return finish(irp, STATUS_INVALID_PARAMETER, 0);
    }
    mark_pending(irp);
    set_cancel(irp, Some(cancel));
    if (*irp).Cancel != 0 && set_cancel(irp, None) {
        finish(irp, STATUS_CANCELLED, 0);
    }
    STATUS_PENDING
}

unsafe extern "C" fn cancel(_device: PDEVICE_OBJECT, irp: PIRP) {
    IoReleaseCancelSpinLock((*irp).CancelIrql);
    finish(irp, STATUS_CANCELLED, 0);
}
