//! Completes a request with STATUS_PENDING.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(control: Some(control));

unsafe extern "C" fn control(_device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    mark_pending(irp);
    let status = if CORRECTED {
        STATUS_SUCCESS
    } else {
        STATUS_PENDING
    };
    finish(irp, status, 0);
    STATUS_PENDING
}
