//! Goes without deleting its device.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(control: Some(control), unload: unload);

unsafe extern "C" fn control(_device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    finish(irp, STATUS_INVALID_DEVICE_REQUEST, 0)
}

unsafe fn unload() {
    if !CORRECTED {
        // What is deleted at the end is what stands here.
        *DEVICE.at() = null_mut();
    }
}
