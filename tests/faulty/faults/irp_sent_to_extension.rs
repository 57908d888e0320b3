//! Sends an IRP to the extension of a device instead of the device.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(below: Some(below), load: load);

unsafe fn load() -> NTSTATUS {
    let irp = own_control(*BELOW.at());
    if !irp.is_null() {
        let device = *BELOW.at();
        on_completion(irp, Some(keep), null_mut());
        let to = if CORRECTED {
            device
        } else {
            (*device).DeviceExtension.cast()
        };
        IofCallDriver(to, irp);
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
