//! Drivers and their entry points.

use crate::*;

/// `DRIVER_EXTENSION` — the part of a driver object that Plug and Play uses.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct DRIVER_EXTENSION {
    pub DriverObject: PDRIVER_OBJECT,
    pub AddDevice: PDRIVER_ADD_DEVICE,
    pub Count: ULONG,
    pub ServiceKeyName: UNICODE_STRING,
}
layout!(DRIVER_EXTENSION: 40, 8 {
    DriverObject: 0..8, AddDevice: 8..16, Count: 16..20, ServiceKeyName: 24..40,
});
/// `PDRIVER_EXTENSION` — points to a `DRIVER_EXTENSION`.
pub type PDRIVER_EXTENSION = *mut DRIVER_EXTENSION;

/// `DRIVER_OBJECT` — a loaded driver.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct DRIVER_OBJECT {
    pub Type: CSHORT,
    pub Size: CSHORT,
    pub DeviceObject: PDEVICE_OBJECT,
    pub Flags: ULONG,
    pub DriverStart: PVOID,
    pub DriverSize: ULONG,
    pub DriverSection: PVOID,
    pub DriverExtension: PDRIVER_EXTENSION,
    pub DriverName: UNICODE_STRING,
    pub HardwareDatabase: PUNICODE_STRING,
    pub FastIoDispatch: PVOID,
    pub DriverInit: PDRIVER_INITIALIZE,
    pub DriverStartIo: PDRIVER_STARTIO,
    pub DriverUnload: PDRIVER_UNLOAD,
    pub MajorFunction: [PDRIVER_DISPATCH; 28],
}
layout!(DRIVER_OBJECT: 336, 8 {
    Type: 0..2, Size: 2..4, DeviceObject: 8..16, Flags: 16..20, DriverStart: 24..32,
    DriverSize: 32..36, DriverSection: 40..48, DriverExtension: 48..56, DriverName: 56..72,
    HardwareDatabase: 72..80, FastIoDispatch: 80..88, DriverInit: 88..96, DriverStartIo: 96..104,
    DriverUnload: 104..112, MajorFunction: 112..336,
});
/// `PDRIVER_OBJECT` — points to a `DRIVER_OBJECT`.
pub type PDRIVER_OBJECT = *mut DRIVER_OBJECT;

/// `PDRIVER_INITIALIZE` — is a driver's entry.
pub type PDRIVER_INITIALIZE = Option<
    unsafe extern "C" fn(driver_object: PDRIVER_OBJECT, registry_path: PUNICODE_STRING) -> NTSTATUS,
>;

/// `PDRIVER_UNLOAD` — ends a driver.
pub type PDRIVER_UNLOAD = Option<unsafe extern "C" fn(driver_object: PDRIVER_OBJECT)>;

/// `PDRIVER_STARTIO` — begins a request.
pub type PDRIVER_STARTIO = Option<unsafe extern "C" fn(device_object: PDEVICE_OBJECT, irp: PIRP)>;

/// `PDRIVER_DISPATCH` — takes a request.
pub type PDRIVER_DISPATCH =
    Option<unsafe extern "C" fn(device_object: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS>;

/// `PDRIVER_CANCEL` — cancels a request.
pub type PDRIVER_CANCEL = Option<unsafe extern "C" fn(device_object: PDEVICE_OBJECT, irp: PIRP)>;

/// `PDRIVER_ADD_DEVICE` — takes a new device.
pub type PDRIVER_ADD_DEVICE = Option<
    unsafe extern "C" fn(
        driver_object: PDRIVER_OBJECT,
        physical_device_object: PDEVICE_OBJECT,
    ) -> NTSTATUS,
>;

/// `PDRIVER_REINITIALIZE` — is called again once other drivers have started.
pub type PDRIVER_REINITIALIZE =
    Option<unsafe extern "C" fn(driver_object: PDRIVER_OBJECT, context: PVOID, count: ULONG)>;

/// `PDRIVER_FS_NOTIFICATION` — is told of file systems that come and go.
pub type PDRIVER_FS_NOTIFICATION =
    Option<unsafe extern "C" fn(device_object: PDEVICE_OBJECT, fs_active: BOOLEAN)>;

/// `PIO_COMPLETION_ROUTINE` — is told that a request is complete.
pub type PIO_COMPLETION_ROUTINE = Option<
    unsafe extern "C" fn(device_object: PDEVICE_OBJECT, irp: PIRP, context: PVOID) -> NTSTATUS,
>;

/// `PIO_APC_ROUTINE` — is told that an operation is complete.
pub type PIO_APC_ROUTINE = Option<
    unsafe extern "C" fn(apc_context: PVOID, io_status_block: PIO_STATUS_BLOCK, reserved: ULONG),
>;
