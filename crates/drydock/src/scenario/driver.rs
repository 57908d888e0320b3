//! DRIVER_OBJECT — what the I/O manager gives to DriverEntry.
#![allow(unsafe_code)] // calls the entry point

use crate::model::thread::Site;
use minifilter_sys::{DRIVER_EXTENSION, DRIVER_OBJECT, NTSTATUS, UNICODE_STRING};

use crate::image::Loaded;
use crate::io;
use crate::model::bounds::PASSIVE;
use crate::model::callback::{self, DriverUnload};
use crate::model::{device_object, thread};

/// IO_TYPE_DRIVER.
const TYPE_DRIVER: i16 = 4;

/// A driver object with everything it points to.
///
/// # Invariants
/// All of it is leaked, so the driver may keep pointers into it as long as it is loaded.
pub struct DriverObject {
    object: *mut DRIVER_OBJECT,
    registry_path: *mut UNICODE_STRING,
}

fn leak_string(text: &str) -> UNICODE_STRING {
    let units: &'static mut [u16] = Box::leak(text.encode_utf16().chain([0]).collect());
    let bytes = u16::try_from(units.len() * 2).unwrap_or(u16::MAX);
    UNICODE_STRING {
        Length: bytes - 2,
        MaximumLength: bytes,
        Buffer: units.as_mut_ptr(),
    }
}

// SAFETY: both point to leaked memory which the bench does not change after `new`; drivers share it between threads anyway.
unsafe impl Sync for DriverObject {}

impl DriverObject {
    /// The driver object of the service `service` whose image is `loaded`.
    pub fn new(loaded: &Loaded, service: &str) -> Self {
        // SAFETY: a DRIVER_OBJECT consists of integers, nullable pointers and nullable functions, all valid as zero.
        let zeroed: DRIVER_OBJECT = unsafe { std::mem::zeroed() };
        let object = Box::into_raw(Box::new(zeroed));
        let extension = Box::leak(Box::new(DRIVER_EXTENSION {
            DriverObject: object,
            AddDevice: None,
            Count: 0,
            ServiceKeyName: leak_string(service),
        }));
        // SAFETY: `object` was just made by Box::into_raw and nobody else has it.
        let fields = unsafe { &mut *object };
        fields.Type = TYPE_DRIVER;
        fields.Size = i16::try_from(size_of::<DRIVER_OBJECT>()).unwrap_or(i16::MAX);
        fields.DriverStart = loaded.base as *mut _;
        fields.DriverSize = u32::try_from(loaded.size).unwrap_or(u32::MAX);
        fields.DriverExtension = extension;
        fields.MajorFunction = [io::default_dispatch(); 28];
        fields.DriverName = leak_string(&format!("\\FileSystem\\{service}"));
        let path = format!("\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet001\\Services\\{service}");
        Self {
            object,
            registry_path: Box::into_raw(Box::new(leak_string(&path))),
        }
    }

    /// The address that the driver knows it by.
    pub fn address(&self) -> usize {
        self.object as usize
    }

    /// Calls DriverEntry at PASSIVE in a system thread.
    pub fn enter(&self, loaded: &Loaded) -> NTSTATUS {
        let entry = loaded.driver_entry();
        let site = Site {
            name: "DriverEntry",
            code: loaded.entry,
        };
        let status = thread::call_driver(site, PASSIVE, || {
            entry(self.object.cast(), self.registry_path.cast())
        });
        if status >= 0 {
            device_object::entry_succeeded();
        }
        status
    }

    /// Calls DRIVER_OBJECT.DriverUnload, as the filter manager does after the filter's own unload callback; false if the
    /// driver has set none.
    pub fn unload(&self) -> bool {
        // SAFETY: the object is leaked; the driver may have written the member.
        let Some(unload) = (unsafe { (*self.object).DriverUnload }) else {
            return false;
        };
        // SAFETY: the member's declared type is PDRIVER_UNLOAD, of which DriverUnload is the true convention.
        let unload: DriverUnload = unsafe { callback::win64(unload) };
        let site = Site {
            name: "DriverUnload",
            code: unload as usize,
        };
        thread::call_driver(site, PASSIVE, || {
            // SAFETY: the driver put this code there for exactly this call.
            unsafe { unload(self.object) }
        });
        true
    }
}
