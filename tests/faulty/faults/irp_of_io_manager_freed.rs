//! Frees an IRP that the I/O manager frees when it is complete.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(below: Some(below), load: load);

unsafe fn load() -> NTSTATUS {
    let mut status = IO_STATUS_BLOCK {
        Anonymous: IO_STATUS_BLOCK_STATUS { Status: 0 },
        Information: 0,
    };
    let irp = build(&raw mut status);
    if !irp.is_null() {
        if CORRECTED {
            IofCallDriver(*BELOW.at(), irp);
        } else {
            IoFreeIrp(irp);
        }
    }
    STATUS_SUCCESS
}

unsafe fn build(status: PIO_STATUS_BLOCK) -> PIRP {
    let (device, none) = (*BELOW.at(), null_mut());
    IoBuildDeviceIoControlRequest(CONTROL, device, none, 0, none, 0, 0, null_mut(), status)
}

unsafe extern "C" fn below(_device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    finish(irp, STATUS_SUCCESS, 0)
}
