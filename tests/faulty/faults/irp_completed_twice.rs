//! Completes a request that the routine which answers it has completed.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(control: Some(control));

unsafe extern "C" fn control(_device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    let status = answer(irp);
    if !CORRECTED {
        IofCompleteRequest(irp, 0);
    }
    status
}

unsafe fn answer(irp: PIRP) -> NTSTATUS {
    finish(irp, STATUS_INVALID_DEVICE_REQUEST, 0)
}
