//! Frees its IRP in the completion routine and lets the completion go on.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(below: Some(below), load: load);

unsafe fn load() -> NTSTATUS {
    let irp = own_control(*BELOW.at());
    if !irp.is_null() {
        on_completion(irp, Some(free), null_mut());
        IofCallDriver(*BELOW.at(), irp);
    }
    STATUS_SUCCESS
}

unsafe extern "C" fn below(_device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    finish(irp, STATUS_SUCCESS, 0)
}

unsafe extern "C" fn free(_device: PDEVICE_OBJECT, irp: PIRP, _context: PVOID) -> NTSTATUS {
    IoFreeIrp(irp);
    if CORRECTED {
        STATUS_MORE_PROCESSING_REQUIRED
    } else {
        STATUS_SUCCESS
    }
}
