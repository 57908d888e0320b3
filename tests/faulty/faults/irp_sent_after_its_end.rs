//! Sends a request once more that went with its end.
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
    let mut irp = build(&raw mut status);
    for _ in 0..2 {
        if !irp.is_null() {
            IofCallDriver(*BELOW.at(), irp);
        }
        if CORRECTED {
            irp = null_mut();
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
