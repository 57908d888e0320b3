//! Gives its own IRP one location more than the device below needs, for itself: the completion routine finds its own device
//! there.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(control: Some(control), below: Some(below), load: load);

unsafe extern "C" fn control(_device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    finish(irp, STATUS_INVALID_DEVICE_REQUEST, 0)
}

unsafe fn load() -> NTSTATUS {
    let irp = IoAllocateIrp((**BELOW.at()).StackSize + 1, 0);
    if irp.is_null() {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    set_next(irp);
    (*location(irp)).DeviceObject = *DEVICE.at();
    let next = next_location(irp);
    (*next).MajorFunction = IRP_MJ_DEVICE_CONTROL;
    (*next).Parameters.DeviceIoControl.IoControlCode = CONTROL;
    let mut told: PDEVICE_OBJECT = null_mut();
    on_completion(irp, Some(tell), (&raw mut told).cast());
    let status = IofCallDriver(*BELOW.at(), irp);
    if status >= 0 && told != *DEVICE.at() {
        return STATUS_UNSUCCESSFUL;
    }
    status
}

unsafe extern "C" fn tell(device: PDEVICE_OBJECT, irp: PIRP, told: PVOID) -> NTSTATUS {
    told.cast::<PDEVICE_OBJECT>().write(device);
    IoFreeIrp(irp);
    STATUS_MORE_PROCESSING_REQUIRED
}

unsafe extern "C" fn below(_device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    finish(irp, STATUS_SUCCESS, 0)
}
