//! Deletes its device twice.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(control: Some(control), unload: unload);

unsafe extern "C" fn control(_device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    finish(irp, STATUS_INVALID_DEVICE_REQUEST, 0)
}

unsafe fn unload() {
    let device = *DEVICE.at();
    delete_devices();
    if !CORRECTED {
        IoDeleteDevice(device);
    }
}
