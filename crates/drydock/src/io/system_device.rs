//! The drivers of the bench's own devices — what requests get that a filter sends to the disk or file system device itself.
#![allow(unsafe_code)] // a driver object whose dispatch routines are the bench's

use std::sync::OnceLock;

use minifilter_sys::*;

use super::device::is_volume_device;
use crate::model::irp::Irp;
use crate::model::irp_flow;
use crate::report;

/// The dispatch routine of every device of the bench: there is no disk below, so no control has a meaning here.
unsafe extern "win64" fn dispatch(_device: PDEVICE_OBJECT, packet: PIRP) -> NTSTATUS {
    let Some(irp) = Irp::from_raw(packet) else {
        return STATUS_INVALID_PARAMETER;
    };
    let major = irp.current().map_or(0, |location| location.MajorFunction);
    let status = match major {
        IRP_MJ_DEVICE_CONTROL | IRP_MJ_INTERNAL_DEVICE_CONTROL => STATUS_INVALID_DEVICE_REQUEST,
        _ => {
            report::unimplemented(
                "IoCallDriver to the volume's own device with other than a device control",
            );
            STATUS_NOT_IMPLEMENTED
        }
    };
    irp.set_status(status);
    irp.set_information(0);
    irp_flow::complete(packet);
    status
}

/// `IopInvalidDeviceRequest` — the dispatch routine where a driver has set none.
unsafe extern "win64" fn invalid_request(_device: PDEVICE_OBJECT, packet: PIRP) -> NTSTATUS {
    if let Some(irp) = Irp::from_raw(packet) {
        irp.set_status(STATUS_INVALID_DEVICE_REQUEST);
        irp.set_information(0);
        irp_flow::complete(packet);
    }
    STATUS_INVALID_DEVICE_REQUEST
}

type Entry = unsafe extern "win64" fn(PDEVICE_OBJECT, PIRP) -> NTSTATUS;

fn as_dispatch(entry: Entry) -> PDRIVER_DISPATCH {
    // SAFETY: both are function pointers of one size; a member of MajorFunction is only ever called as win64 code, by
    // the bench through callback::Dispatch and by drivers as Windows code.
    Some(unsafe {
        std::mem::transmute::<Entry, unsafe extern "C" fn(PDEVICE_OBJECT, PIRP) -> NTSTATUS>(entry)
    })
}

/// What every member of a new driver's MajorFunction holds.
pub fn default_dispatch() -> PDRIVER_DISPATCH {
    as_dispatch(invalid_request)
}

/// The driver object of the bench's devices.
pub(super) fn driver() -> PDRIVER_OBJECT {
    static DRIVER: OnceLock<usize> = OnceLock::new();
    let address = DRIVER.get_or_init(|| {
        // SAFETY: a DRIVER_OBJECT consists of integers, nullable pointers and nullable functions, all valid as zero.
        let mut driver: DRIVER_OBJECT = unsafe { std::mem::zeroed() };
        driver.Type = IO_TYPE_DRIVER as i16;
        driver.Size = size_of::<DRIVER_OBJECT>() as i16;
        driver.MajorFunction = [as_dispatch(dispatch); 28];
        Box::into_raw(Box::new(driver)) as usize
    });
    *address as PDRIVER_OBJECT
}

/// Whether this is a device of the bench itself, which lives as long as the process.
pub fn is_system_device(device: PDEVICE_OBJECT) -> bool {
    is_volume_device(device)
}
