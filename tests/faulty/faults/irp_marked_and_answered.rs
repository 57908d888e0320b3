//! Marks a request pending and returns the status that it completed it with.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(control: Some(control));

unsafe extern "C" fn control(_device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    mark_pending(irp);
    let status = finish(irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    if CORRECTED { STATUS_PENDING } else { status }
}
