//! IoCreateDevice, IoDeleteDevice and what finds devices — shims.
#![allow(unsafe_code)] // Windows calling convention

use std::ffi::c_void;

use minifilter_sys::*;

use crate::export;
use crate::model::device_object::{self, Wanted};
use crate::model::{object_reference, unicode};

fn create(driver: PDRIVER_OBJECT, wanted: &Wanted, out: *mut PDEVICE_OBJECT) -> NTSTATUS {
    let (device, status) = match device_object::create(driver, wanted) {
        Ok(device) => (device, STATUS_SUCCESS),
        Err(status) => (std::ptr::null_mut(), status),
    };
    // SAFETY: the driver passes a PDEVICE_OBJECT of its own to be written.
    unsafe { out.write(device) };
    status
}

fn wanted(
    extension: u32,
    name: *const UNICODE_STRING,
    kind: u32,
    characteristics: u32,
    exclusive: u8,
) -> Wanted {
    // SAFETY: the driver passes null or a UNICODE_STRING of its own.
    let name = String::from_utf16_lossy(unsafe { unicode::units(name) });
    Wanted {
        extension,
        name,
        kind,
        characteristics,
        exclusive: exclusive != 0,
    }
}

/// The device that gets requests for `device` first.
fn top(device: PDEVICE_OBJECT) -> PDEVICE_OBJECT {
    let mut top = device;
    loop {
        // SAFETY: the driver passes a live device object, and attached devices live as long as those below.
        let above = unsafe { (*top).AttachedDevice };
        if above.is_null() {
            return top;
        }
        top = above;
    }
}

export! { Dll::Ntoskrnl;
    /// `IoCreateDevice`
    fn IoCreateDevice(
        driver: PDRIVER_OBJECT, extension: u32, name: *const UNICODE_STRING, kind: u32, characteristics: u32,
        exclusive: u8, out: *mut PDEVICE_OBJECT,
    ) -> NTSTATUS {
        create(driver, &wanted(extension, name, kind, characteristics, exclusive), out)
    }
    /// `IoCreateDeviceSecure` — `WdmlibIoCreateDeviceSecure` ends up here; the bench's programs have every access.
    fn IoCreateDeviceSecure(
        driver: PDRIVER_OBJECT, extension: u32, name: *const UNICODE_STRING, kind: u32, characteristics: u32,
        exclusive: u8, _sddl: *const UNICODE_STRING, _class: *const c_void, out: *mut PDEVICE_OBJECT,
    ) -> NTSTATUS {
        create(driver, &wanted(extension, name, kind, characteristics, exclusive), out)
    }
    /// `IoDeleteDevice`
    fn IoDeleteDevice(device: PDEVICE_OBJECT) { device_object::delete(device) }
    /// `IoGetAttachedDeviceReference`
    fn IoGetAttachedDeviceReference(device: PDEVICE_OBJECT) -> PDEVICE_OBJECT {
        let top = top(device);
        object_reference::add(top as usize);
        top
    }
    /// `IoGetAttachedDevice`
    fn IoGetAttachedDevice(device: PDEVICE_OBJECT) -> PDEVICE_OBJECT { top(device) }
    /// `IoGetRelatedDeviceObject` — the top of the stack of the file's volume, or of its device.
    fn IoGetRelatedDeviceObject(file: PFILE_OBJECT) -> PDEVICE_OBJECT {
        // SAFETY: the driver passes a live file object.
        let file = unsafe { &*file };
        let (vpb, device) = (file.Vpb, file.DeviceObject);
        // SAFETY: the VPB of a file object lives as long as the volume is mounted.
        let volume = unsafe { vpb.as_ref() }.map(|vpb| vpb.DeviceObject);
        top(volume.filter(|device| !device.is_null()).unwrap_or(device))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::io_irp::tests::{driver_object, string};
    use crate::verify::tests::violations_of;

    #[test]
    fn a_device_is_found_by_its_name_until_it_is_deleted() {
        let _ = crate::model::thread::current();
        let driver = driver_object();
        let name = string("\\Device\\Found");
        let (mut first, mut second) = (std::ptr::null_mut(), std::ptr::null_mut());
        // SAFETY: all pointers are to values of this test.
        let made = unsafe {
            IoCreateDevice(
                driver,
                24,
                &raw const name,
                FILE_DEVICE_UNKNOWN,
                0,
                0,
                &raw mut first,
            )
        };
        // SAFETY: as above.
        let again = unsafe {
            IoCreateDevice(
                driver,
                0,
                &raw const name,
                FILE_DEVICE_UNKNOWN,
                0,
                0,
                &raw mut second,
            )
        };
        assert_eq!(
            (made, again, second.is_null()),
            (STATUS_SUCCESS, STATUS_OBJECT_NAME_COLLISION, true)
        );
        // SAFETY: the device is live.
        let fields = unsafe { first.read() };
        assert_eq!(fields.Flags, DO_DEVICE_INITIALIZING | DO_DEVICE_HAS_NAME);
        assert_eq!(
            (fields.StackSize, fields.DeviceExtension as usize),
            (1, first as usize + size_of::<DEVICE_OBJECT>())
        );
        // SAFETY: the driver object is live.
        assert_eq!(unsafe { (*driver).DeviceObject }, first);
        // SAFETY: the device is live.
        unsafe { IoDeleteDevice(first) };
        assert!(device_object::named("\\Device\\Found").is_none());
        // SAFETY: the driver object is live.
        assert!(unsafe { (*driver).DeviceObject }.is_null());
    }

    #[test]
    fn deleting_a_device_twice_is_reported() {
        let found = violations_of("IoDeleteDevice", || {
            let mut device = std::ptr::null_mut();
            let none = std::ptr::null();
            // SAFETY: all pointers are to values of this test.
            unsafe {
                IoCreateDeviceSecure(
                    driver_object(),
                    0,
                    none,
                    0x22,
                    0,
                    0,
                    none,
                    std::ptr::null(),
                    &raw mut device,
                )
            };
            // SAFETY: the device is live.
            unsafe { IoDeleteDevice(device) };
            // SAFETY: the model looks the address up first.
            unsafe { IoDeleteDevice(device) };
        });
        assert_eq!(found, ["device object deleted twice"]);
    }

    #[test]
    fn the_top_of_a_stack_is_referenced() {
        let _ = crate::model::thread::current();
        let mut devices = [std::ptr::null_mut(); 2];
        for out in &mut devices {
            // SAFETY: all pointers are to values of this test.
            unsafe { IoCreateDevice(driver_object(), 0, std::ptr::null(), 0x22, 0, 0, out) };
        }
        // SAFETY: both devices are live.
        unsafe { (*devices[0]).AttachedDevice = devices[1] };
        // SAFETY: as above.
        let top = unsafe { IoGetAttachedDeviceReference(devices[0]) };
        assert_eq!(
            (top, object_reference::count(top as usize)),
            (devices[1], 1)
        );
        // SAFETY: as above.
        assert_eq!(unsafe { IoGetAttachedDevice(devices[0]) }, top);
        object_reference::drop_one(top as usize);
        for device in devices {
            device_object::delete(device);
        }
    }
}
