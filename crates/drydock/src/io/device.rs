//! DEVICE_OBJECT and VPB — the devices of the volume, as far as a file object points to them.
#![allow(unsafe_code)] // kernel structures that drivers read through raw pointers

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use minifilter_sys::*;

use crate::model::flt_volume::{self, FltVolume};

/// IO_TYPE_DEVICE and IO_TYPE_VPB.
const TYPE_DEVICE: i16 = 3;
const TYPE_VPB: i16 = 10;

/// Devices — the storage device, the file system's volume device, and the volume parameter block that ties them.
pub struct Devices {
    storage: *mut DEVICE_OBJECT,
    vpb: *mut VPB,
}

// SAFETY: both point to memory that is leaked on purpose and not written after `make`.
unsafe impl Send for Devices {}
// SAFETY: as for Send.
unsafe impl Sync for Devices {}

/// The devices of each volume name: a volume that comes back has its old ones, as one that is remounted does.
static DEVICES: Mutex<BTreeMap<String, &'static Devices>> = Mutex::new(BTreeMap::new());

/// The devices of a volume; they live as long as the process, as those of a boot volume do.
pub fn devices(volume: &FltVolume) -> &'static Devices {
    let mut all = DEVICES.lock().unwrap_or_else(PoisonError::into_inner);
    let make = || -> &'static Devices { Box::leak(Box::new(Devices::make())) };
    all.entry(volume.name.clone()).or_insert_with(make)
}

/// Whether this is one of the devices of a volume, which live as long as the process.
pub fn is_volume_device(device: PDEVICE_OBJECT) -> bool {
    let all = DEVICES.lock().unwrap_or_else(PoisonError::into_inner);
    all.values().any(|devices| devices.has(device))
}

/// The mounted volume that a device belongs to.
pub fn volume_of(device: PDEVICE_OBJECT) -> Option<Arc<FltVolume>> {
    let mut mounted = flt_volume::mounted().into_iter();
    mounted.find(|volume| devices(volume).has(device))
}

impl Devices {
    fn make() -> Self {
        let (storage, file_system) = (
            device(FILE_DEVICE_DISK),
            device(FILE_DEVICE_DISK_FILE_SYSTEM),
        );
        // SAFETY: a VPB consists of integers and raw pointers, for which zero is a value.
        let mut vpb: VPB = unsafe { std::mem::zeroed() };
        vpb.Type = TYPE_VPB;
        vpb.Size = size_of::<VPB>() as i16;
        vpb.Flags = VPB_MOUNTED;
        vpb.DeviceObject = file_system;
        vpb.RealDevice = storage;
        vpb.ReferenceCount = 1;
        let vpb: *mut VPB = Box::leak(Box::new(vpb));
        // SAFETY: leaked by `device` a few lines above and known to nobody else yet.
        unsafe { (*storage).Vpb = vpb };
        Self { storage, vpb }
    }

    fn has(&self, device: PDEVICE_OBJECT) -> bool {
        !device.is_null() && (device == self.storage || device == self.file_system())
    }

    /// FILE_OBJECT.DeviceObject: the storage device.
    pub fn storage(&self) -> PDEVICE_OBJECT {
        self.storage
    }

    /// The file system's device for the volume.
    pub fn file_system(&self) -> PDEVICE_OBJECT {
        // SAFETY: leaked by `make`, which was the last to write to it.
        unsafe { (*self.vpb).DeviceObject }
    }

    /// FILE_OBJECT.Vpb.
    pub fn vpb(&self) -> PVPB {
        self.vpb
    }
}

/// VPB_MOUNTED
const VPB_MOUNTED: u16 = 1;

fn device(kind: u32) -> *mut DEVICE_OBJECT {
    // SAFETY: a DEVICE_OBJECT consists of integers, raw pointers and unions of these, for which zero is a value.
    let mut device: DEVICE_OBJECT = unsafe { std::mem::zeroed() };
    device.Type = TYPE_DEVICE;
    device.Size = size_of::<DEVICE_OBJECT>() as u16;
    device.ReferenceCount = 1;
    device.DriverObject = super::system_device::driver();
    device.DeviceType = kind;
    device.Flags = DO_DIRECT_IO;
    device.StackSize = 1;
    device.SectorSize = 512;
    Box::leak(Box::new(device))
}
