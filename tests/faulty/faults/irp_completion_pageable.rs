//! Has a completion routine in a PAGE section.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(below: Some(below), load: load);

const ROUTINE: PIO_COMPLETION_ROUTINE = if CORRECTED {
    Some(keep)
} else {
    Some(keep_pageable)
};

unsafe fn load() -> NTSTATUS {
    let irp = own_control(*BELOW.at());
    if !irp.is_null() {
        on_completion(irp, ROUTINE, null_mut());
        IofCallDriver(*BELOW.at(), irp);
        IoFreeIrp(irp);
    }
    STATUS_SUCCESS
}

unsafe extern "C" fn below(_device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    finish(irp, STATUS_SUCCESS, 0)
}

unsafe extern "C" fn keep(_device: PDEVICE_OBJECT, _irp: PIRP, _context: PVOID) -> NTSTATUS {
    STATUS_MORE_PROCESSING_REQUIRED
}

#[cfg_attr(target_os = "windows", unsafe(link_section = "PAGE"))]
unsafe extern "C" fn keep_pageable(
    _device: PDEVICE_OBJECT,
    _irp: PIRP,
    _context: PVOID,
) -> NTSTATUS {
    STATUS_MORE_PROCESSING_REQUIRED
}
