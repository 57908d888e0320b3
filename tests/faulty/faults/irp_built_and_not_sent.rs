//! Builds a request and neither sends nor completes it.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(below: Some(below), load: load);

/// Where the result goes: who builds a request cannot know when it ends.
static STATUS: Global<IO_STATUS_BLOCK> = Global::zeroed();

unsafe fn load() -> NTSTATUS {
    let irp = build(STATUS.at());
    if !irp.is_null() && CORRECTED {
        // One that was never sent goes with its completion.
        finish(irp, STATUS_CANCELLED, 0);
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
