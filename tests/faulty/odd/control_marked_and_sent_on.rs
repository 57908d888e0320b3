//! Marks each control pending before it sends it on, and returns STATUS_PENDING whatever the device below returned.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(control: Some(control), below: Some(below));

unsafe extern "C" fn control(_device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    mark_pending(irp);
    copy_to_next(irp);
    on_completion(irp, Some(passed), null_mut());
    IofCallDriver(*BELOW.at(), irp);
    STATUS_PENDING
}

unsafe extern "C" fn passed(_device: PDEVICE_OBJECT, _irp: PIRP, _context: PVOID) -> NTSTATUS {
    STATUS_SUCCESS
}

unsafe extern "C" fn below(_device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    finish(irp, STATUS_SUCCESS, 0)
}
