//! The I/O manager.
#![allow(unsafe_code)] // imported functions

use crate::*;

#[cfg_attr(
    windows,
    link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `IoGetTopLevelIrp` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn IoGetTopLevelIrp() -> PIRP;

    /// `IoSetTopLevelIrp` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn IoSetTopLevelIrp(irp: PIRP);

    /// `IoAllocateMdl` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn IoAllocateMdl(
        virtual_address: PVOID,
        length: ULONG,
        secondary_buffer: BOOLEAN,
        charge_quota: BOOLEAN,
        irp: PIRP,
    ) -> PMDL;

    /// `IoFreeMdl` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn IoFreeMdl(mdl: PMDL);

    /// `IoBuildPartialMdl` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn IoBuildPartialMdl(
        source_mdl: PMDL,
        target_mdl: PMDL,
        virtual_address: PVOID,
        length: ULONG,
    );

    /// `IoCreateDevice` — callable at IRQL ≤ APC_LEVEL.
    pub fn IoCreateDevice(
        driver_object: PDRIVER_OBJECT,
        device_extension_size: ULONG,
        device_name: PUNICODE_STRING,
        device_type: DEVICE_TYPE,
        device_characteristics: ULONG,
        exclusive: BOOLEAN,
        device_object: *mut PDEVICE_OBJECT,
    ) -> NTSTATUS;

    /// `IoDeleteDevice` — callable at IRQL ≤ APC_LEVEL.
    pub fn IoDeleteDevice(device_object: PDEVICE_OBJECT);

    /// `IoCreateSymbolicLink` — callable at PASSIVE_LEVEL.
    pub fn IoCreateSymbolicLink(
        symbolic_link_name: PUNICODE_STRING,
        device_name: PUNICODE_STRING,
    ) -> NTSTATUS;

    /// `IoDeleteSymbolicLink` — callable at PASSIVE_LEVEL.
    pub fn IoDeleteSymbolicLink(symbolic_link_name: PUNICODE_STRING) -> NTSTATUS;

    /// `IofCompleteRequest` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn IofCompleteRequest(irp: PIRP, priority_boost: CCHAR);

    /// `IofCallDriver` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn IofCallDriver(device_object: PDEVICE_OBJECT, irp: PIRP) -> NTSTATUS;

    /// `IoAllocateIrp` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn IoAllocateIrp(stack_size: CCHAR, charge_quota: BOOLEAN) -> PIRP;

    /// `IoFreeIrp` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn IoFreeIrp(irp: PIRP);

    /// `IoGetRelatedDeviceObject` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn IoGetRelatedDeviceObject(file_object: PFILE_OBJECT) -> PDEVICE_OBJECT;

    /// `IoGetDeviceObjectPointer` — callable at PASSIVE_LEVEL.
    pub fn IoGetDeviceObjectPointer(
        object_name: PUNICODE_STRING,
        desired_access: ACCESS_MASK,
        file_object: *mut PFILE_OBJECT,
        device_object: *mut PDEVICE_OBJECT,
    ) -> NTSTATUS;

    /// `IoGetRequestorProcess` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn IoGetRequestorProcess(irp: PIRP) -> PEPROCESS;

    /// `IoGetRequestorProcessId` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn IoGetRequestorProcessId(irp: PIRP) -> ULONG;

    /// `IoGetStackLimits` — callable at IRQL ≤ APC_LEVEL.
    pub fn IoGetStackLimits(low_limit: PULONG_PTR, high_limit: PULONG_PTR);

    /// `IoThreadToProcess` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn IoThreadToProcess(thread: PETHREAD) -> PEPROCESS;

    /// `IoIsOperationSynchronous` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn IoIsOperationSynchronous(irp: PIRP) -> BOOLEAN;

    /// `IoIsSystemThread` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn IoIsSystemThread(thread: PETHREAD) -> BOOLEAN;

    /// `IoGetTransactionParameterBlock` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn IoGetTransactionParameterBlock(file_object: PFILE_OBJECT) -> PTXN_PARAMETER_BLOCK;

    /// `IoQueryFileDosDeviceName` — callable at PASSIVE_LEVEL.
    pub fn IoQueryFileDosDeviceName(
        file_object: PFILE_OBJECT,
        object_name_information: *mut POBJECT_NAME_INFORMATION,
    ) -> NTSTATUS;

    /// `IoVolumeDeviceToDosName` — callable at PASSIVE_LEVEL.
    pub fn IoVolumeDeviceToDosName(
        volume_device_object: PVOID,
        dos_name: PUNICODE_STRING,
    ) -> NTSTATUS;

    /// `IoReplaceFileObjectName` — callable at PASSIVE_LEVEL.
    pub fn IoReplaceFileObjectName(
        file_object: PFILE_OBJECT,
        new_file_name: PWSTR,
        file_name_length: USHORT,
    ) -> NTSTATUS;

    /// `IoRegisterShutdownNotification` — callable at PASSIVE_LEVEL.
    pub fn IoRegisterShutdownNotification(device_object: PDEVICE_OBJECT) -> NTSTATUS;

    /// `IoUnregisterShutdownNotification` — callable at PASSIVE_LEVEL.
    pub fn IoUnregisterShutdownNotification(device_object: PDEVICE_OBJECT);

    /// `IoCheckShareAccess` — callable at PASSIVE_LEVEL.
    pub fn IoCheckShareAccess(
        desired_access: ACCESS_MASK,
        desired_share_access: ULONG,
        file_object: PFILE_OBJECT,
        share_access: PSHARE_ACCESS,
        update: BOOLEAN,
    ) -> NTSTATUS;

    /// `IoSetShareAccess` — callable at PASSIVE_LEVEL.
    pub fn IoSetShareAccess(
        desired_access: ACCESS_MASK,
        desired_share_access: ULONG,
        file_object: PFILE_OBJECT,
        share_access: PSHARE_ACCESS,
    );

    /// `IoRemoveShareAccess` — callable at PASSIVE_LEVEL.
    pub fn IoRemoveShareAccess(file_object: PFILE_OBJECT, share_access: PSHARE_ACCESS);

    /// `IoUpdateShareAccess` — callable at PASSIVE_LEVEL.
    pub fn IoUpdateShareAccess(file_object: PFILE_OBJECT, share_access: PSHARE_ACCESS);

    /// `IoOpenDriverRegistryKey` — callable at PASSIVE_LEVEL.
    pub fn IoOpenDriverRegistryKey(
        driver_object: PDRIVER_OBJECT,
        reg_key_type: LONG,
        desired_access: ACCESS_MASK,
        flags: ULONG,
        driver_reg_key: PHANDLE,
    ) -> NTSTATUS;
}
