//! DEVICE_OBJECT — devices that drivers make: names, opens, and their life until the last open has ended.
#![allow(unsafe_code)] // device objects are memory that drivers read and write inline

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use minifilter_sys::*;

use super::pool::{self, PoolKind};
use super::{event, modules, object_reference};
use crate::exports::gate::Call;
use crate::verify::{self, rule};

/// Tag of the pool that device objects lie in.
const TAG: u32 = u32::from_le_bytes(*b"Devi");
/// What the I/O manager keeps behind a device object and its extension.
const IO_MANAGER_PART: usize = 0x70;

/// What a driver asks for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Bytes of the device extension.
    pub extension: u32,
    /// Full path, or empty.
    pub name: String,
    /// FILE_DEVICE_XXX.
    pub kind: u32,
    /// Characteristics.
    pub characteristics: u32,
    /// One open at a time.
    pub exclusive: bool,
}

/// A device object that lives.
#[derive(Clone, Debug)]
struct Device {
    name: String,
    opens: u32,
    deleted: bool,
    caller: usize,
}

static DEVICES: Mutex<BTreeMap<usize, Device>> = Mutex::new(BTreeMap::new());

fn devices<R>(look: impl FnOnce(&mut BTreeMap<usize, Device>) -> R) -> R {
    look(&mut DEVICES.lock().unwrap_or_else(PoisonError::into_inner))
}

/// `IoCreateDevice` — makes a device of `driver`, to be initialised by it.
///
/// # Errors
/// STATUS_OBJECT_NAME_COLLISION, STATUS_OBJECT_PATH_SYNTAX_BAD, STATUS_INSUFFICIENT_RESOURCES.
pub fn create(driver: PDRIVER_OBJECT, wanted: &Wanted) -> Result<PDEVICE_OBJECT, NTSTATUS> {
    if !wanted.name.is_empty() && !wanted.name.starts_with('\\') {
        return Err(STATUS_OBJECT_PATH_SYNTAX_BAD);
    }
    if !wanted.name.is_empty() && named(&wanted.name).is_some() {
        return Err(STATUS_OBJECT_NAME_COLLISION);
    }
    let own = size_of::<DEVICE_OBJECT>() + wanted.extension as usize;
    let memory = pool::allocate_zeroed(PoolKind::NonPaged, own + IO_MANAGER_PART, TAG, 0);
    let device: PDEVICE_OBJECT = memory.cast();
    if device.is_null() {
        return Err(STATUS_INSUFFICIENT_RESOURCES);
    }
    fill(fields(device), wanted, own);
    fields(device).DriverObject = driver;
    fields(device).NextDevice = std::mem::replace(&mut driver_fields(device).DeviceObject, device);
    let known = Device {
        name: wanted.name.clone(),
        opens: 0,
        deleted: false,
        caller: Call::current().caller,
    };
    devices(|devices| devices.insert(device as usize, known));
    Ok(device)
}

fn fill(device: &mut DEVICE_OBJECT, wanted: &Wanted, own: usize) {
    let at = std::ptr::from_mut(device);
    device.Type = IO_TYPE_DEVICE as i16;
    device.Size = own as u16;
    device.Flags = DO_DEVICE_INITIALIZING;
    if wanted.exclusive {
        device.Flags |= DO_EXCLUSIVE;
    }
    if !wanted.name.is_empty() {
        device.Flags |= DO_DEVICE_HAS_NAME;
    }
    device.Characteristics = wanted.characteristics;
    device.DeviceType = wanted.kind;
    device.StackSize = 1;
    device.SectorSize = match wanted.kind {
        FILE_DEVICE_DISK | FILE_DEVICE_VIRTUAL_DISK => 512,
        FILE_DEVICE_CD_ROM => 2048,
        _ => 0,
    };
    if wanted.extension != 0 {
        device.DeviceExtension = at.wrapping_add(1).cast();
    }
    device.DeviceObjectExtension = at.wrapping_byte_add(own.next_multiple_of(8)).cast();
    event::initialize(
        &raw const device.DeviceLock as usize,
        event::SYNCHRONIZATION_EVENT,
        true,
    );
}

/// The fields of a device object.
fn fields<'a>(device: PDEVICE_OBJECT) -> &'a mut DEVICE_OBJECT {
    // SAFETY: every caller has just made the device, or found it in the table of those that live or among the bench's own, which live
    // as long as the process; drivers write other members than the bench does.
    unsafe { &mut *device }
}

/// The driver object of a device.
fn driver_fields<'a>(device: PDEVICE_OBJECT) -> &'a mut DRIVER_OBJECT {
    // SAFETY: the driver gave its own object to IoCreateDevice, which is never freed.
    unsafe { &mut *fields(device).DriverObject }
}

fn unlink(device: PDEVICE_OBJECT) {
    let next = fields(device).NextDevice;
    let driver = driver_fields(device);
    if driver.DeviceObject == device {
        driver.DeviceObject = next;
        return;
    }
    let mut at = driver.DeviceObject;
    while !at.is_null() {
        let before = fields(at);
        if before.NextDevice == device {
            before.NextDevice = next;
        }
        at = before.NextDevice;
    }
}

/// `IoDeleteDevice` — takes the device from its driver; it goes with its last open and reference.
pub fn delete(device: PDEVICE_OBJECT) {
    let deleted = devices(|devices| match devices.get_mut(&(device as usize)) {
        Some(known) if !known.deleted => {
            known.deleted = true;
            true
        }
        _ => false,
    });
    if !deleted {
        let detail = format!("{device:p} is no device object, or is deleted already");
        return verify::violation(rule::DEVICE_DELETED_TWICE, detail);
    }
    unlink(device);
    free_if_unused(device);
}

fn free_if_unused(device: PDEVICE_OBJECT) {
    let referenced = object_reference::count(device as usize) != 0;
    let unused = devices(|devices| {
        let unused = devices
            .get(&(device as usize))
            .is_some_and(|known| known.deleted && known.opens == 0 && !referenced);
        unused.then(|| devices.remove(&(device as usize))).is_some()
    });
    if unused {
        pool::free(device.cast(), TAG);
    }
}

/// The driver has dropped its last reference on the object at `address`, which may be a deleted device.
pub fn dereferenced(address: usize) {
    free_if_unused(address as PDEVICE_OBJECT);
}

/// Stack locations that an IRP for the device needs.
#[must_use]
pub fn stack_size(device: PDEVICE_OBJECT) -> Option<i8> {
    driver_of(device).map(|_| fields(device).StackSize)
}

/// DEVICE_OBJECT.Flags; none set where no device lives.
#[must_use]
pub fn flags(device: PDEVICE_OBJECT) -> u32 {
    driver_of(device).map_or(0, |_| fields(device).Flags)
}

/// The dispatch routine of the device's driver for a major function.
#[must_use]
pub fn dispatch_of(device: PDEVICE_OBJECT, major: u8) -> Option<PDRIVER_DISPATCH> {
    driver_of(device)?;
    driver_fields(device)
        .MajorFunction
        .get(usize::from(major))
        .copied()
}

/// The driver of the device at an address; none when no device lives there.
#[must_use]
pub fn driver_of(device: PDEVICE_OBJECT) -> Option<PDRIVER_OBJECT> {
    let known = devices(|devices| devices.contains_key(&(device as usize)));
    let own = known || crate::io::is_system_device(device);
    let driver = own.then(|| fields(device).DriverObject)?;
    (!driver.is_null()).then_some(driver)
}

/// The device with that name, compared as the object manager does: without regard to case.
#[must_use]
pub fn named(name: &str) -> Option<PDEVICE_OBJECT> {
    devices(|devices| {
        let mut all = devices.iter();
        let found = all.find(|(_, known)| !known.deleted && known.name.eq_ignore_ascii_case(name));
        found.map(|(address, _)| *address as PDEVICE_OBJECT)
    })
}

/// The names of all devices that programs can open.
#[must_use]
pub fn names() -> Vec<String> {
    devices(|devices| {
        let live = devices
            .values()
            .filter(|known| !known.deleted && !known.name.is_empty());
        let mut names: Vec<_> = live.map(|known| known.name.clone()).collect();
        names.sort_unstable();
        names
    })
}

/// Counts an open of the device.
///
/// # Errors
/// STATUS_NO_SUCH_DEVICE while it is being initialised or once it is deleted, STATUS_ACCESS_DENIED for a second open of an
/// exclusive one.
pub fn open(device: PDEVICE_OBJECT) -> Result<(), NTSTATUS> {
    devices(|devices| {
        let known = devices
            .get_mut(&(device as usize))
            .filter(|known| !known.deleted);
        let known = known.ok_or(STATUS_NO_SUCH_DEVICE)?;
        let fields = fields(device);
        if fields.Flags & DO_DEVICE_INITIALIZING != 0 {
            return Err(STATUS_NO_SUCH_DEVICE);
        }
        if fields.Flags & DO_EXCLUSIVE != 0 && known.opens != 0 {
            return Err(STATUS_ACCESS_DENIED);
        }
        known.opens += 1;
        fields.ReferenceCount += 1;
        Ok(())
    })
}

/// Ends an open; a deleted device goes with the last one.
pub fn close(device: PDEVICE_OBJECT) {
    devices(|devices| {
        if let Some(known) = devices.get_mut(&(device as usize)) {
            known.opens -= 1;
            fields(device).ReferenceCount -= 1;
        }
    });
    free_if_unused(device);
}

/// DriverEntry has succeeded: its devices are ready, as the I/O manager says in their stead.
pub fn entry_succeeded() {
    devices(|devices| {
        for address in devices.keys() {
            fields(*address as PDEVICE_OBJECT).Flags &= !DO_DEVICE_INITIALIZING;
        }
    });
}

/// Reports the devices that a driver has not deleted when it goes.
pub fn report_left() {
    for (address, known) in devices(|devices| devices.clone()) {
        let state = if known.deleted {
            "deleted and still open"
        } else {
            "not deleted"
        };
        let made = modules::describe(known.caller);
        let name = if known.name.is_empty() {
            "without a name"
        } else {
            &known.name
        };
        let detail = format!("device {address:#x} {name}, made at {made}, is {state}");
        verify::violation_from(rule::DEVICE_LEFT, "unload", known.caller, detail);
    }
}
