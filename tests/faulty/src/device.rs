//! The devices of a faulty driver: one that programs open, and one below it that only the driver sends requests to.
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use minifilter_sys::*;

use crate::{Control, Global, Parts, finish};

/// The device that programs open; null without a control routine.
pub static DEVICE: Global<PDEVICE_OBJECT> = Global::zeroed();

/// The device below; null without a routine for it.
pub static BELOW: Global<PDEVICE_OBJECT> = Global::zeroed();

static CONTROLS: Global<[Option<Control>; 2]> = Global::zeroed();

/// `IoCreateDevice` — makes the devices that `parts` have controls for.
///
/// # Safety
/// Called by DriverEntry with its driver object.
pub unsafe fn make_devices(driver: PDRIVER_OBJECT, parts: &Parts) -> NTSTATUS {
    *CONTROLS.at() = [parts.control, parts.below];
    for (major, dispatch) in [
        (IRP_MJ_CREATE, succeed as Control),
        (IRP_MJ_CLEANUP, succeed),
        (IRP_MJ_CLOSE, succeed),
        (IRP_MJ_DEVICE_CONTROL, control),
    ] {
        (*driver).MajorFunction[major as usize] = Some(dispatch);
    }
    let mut status = STATUS_SUCCESS;
    if parts.control.is_some() {
        status = make(driver, br"\Device\Faulty", DEVICE.at());
    }
    if status >= 0 && parts.below.is_some() {
        status = make(driver, b"", BELOW.at());
        if parts.control.is_some() {
            (**DEVICE.at()).StackSize += 1;
        }
    }
    if status < 0 {
        delete_devices();
    }
    status
}

/// `IoDeleteDevice` — deletes the devices that there are.
///
/// # Safety
/// Nobody uses them.
pub unsafe fn delete_devices() {
    for device in [DEVICE.at(), BELOW.at()] {
        if !(*device).is_null() {
            IoDeleteDevice(*device);
            *device = null_mut();
        }
    }
}

unsafe fn make(driver: PDRIVER_OBJECT, name: &[u8], device: *mut PDEVICE_OBJECT) -> NTSTATUS {
    with_string(name, |name| {
        let name = if (*name).Length == 0 {
            null_mut()
        } else {
            name
        };
        IoCreateDevice(
            driver,
            16,
            name,
            FILE_DEVICE_UNKNOWN as _,
            FILE_DEVICE_SECURE_OPEN as _,
            0,
            device,
        )
    })
}

/// Calls `work` with a counted string of these letters.
///
/// # Safety
/// As `work`.
pub unsafe fn with_string<R>(letters: &[u8], work: impl FnOnce(PUNICODE_STRING) -> R) -> R {
    let mut units = [0_u16; 32];
    for (unit, letter) in units.iter_mut().zip(letters) {
        *unit = u16::from(*letter);
    }
    let bytes = letters.len() as u16 * 2;
    let mut string = UNICODE_STRING {
        Length: bytes,
        MaximumLength: bytes,
        Buffer: units.as_mut_ptr(),
    };
    work(&raw mut string)
}

unsafe extern "C" fn succeed(_device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    finish(irp, STATUS_SUCCESS, 0)
}

unsafe extern "C" fn control(device: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS {
    let [above, below] = *CONTROLS.at();
    match if device == *DEVICE.at() { above } else { below } {
        Some(control) => control(device, irp),
        None => finish(irp, STATUS_INVALID_DEVICE_REQUEST, 0),
    }
}
