//! Returns STATUS_PENDING for a request that it has not marked.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(control: Some(control));

unsafe extern "C" fn control(_device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    if CORRECTED {
        mark_pending(irp);
    }
    finish(irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    STATUS_PENDING
}
