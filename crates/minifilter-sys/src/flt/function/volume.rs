//! Volumes.
#![allow(unsafe_code)] // imported functions

use crate::*;

#[cfg_attr(
    windows,
    link(name = "FLTMGR.SYS", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `FltGetVolumeFromInstance` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltGetVolumeFromInstance(
        instance: PFLT_INSTANCE,
        ret_volume: *mut PFLT_VOLUME,
    ) -> NTSTATUS;

    /// `FltGetVolumeFromFileObject` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltGetVolumeFromFileObject(
        filter: PFLT_FILTER,
        file_object: PFILE_OBJECT,
        ret_volume: *mut PFLT_VOLUME,
    ) -> NTSTATUS;

    /// `FltGetVolumeFromDeviceObject` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltGetVolumeFromDeviceObject(
        filter: PFLT_FILTER,
        device_object: PDEVICE_OBJECT,
        ret_volume: *mut PFLT_VOLUME,
    ) -> NTSTATUS;

    /// `FltGetVolumeFromName` — callable at PASSIVE_LEVEL.
    pub fn FltGetVolumeFromName(
        filter: PFLT_FILTER,
        volume_name: PCUNICODE_STRING,
        ret_volume: *mut PFLT_VOLUME,
    ) -> NTSTATUS;

    /// `FltGetVolumeName` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltGetVolumeName(
        volume: PFLT_VOLUME,
        volume_name: PUNICODE_STRING,
        buffer_size_needed: PULONG,
    ) -> NTSTATUS;

    /// `FltGetVolumeGuidName` — callable at PASSIVE_LEVEL.
    pub fn FltGetVolumeGuidName(
        volume: PFLT_VOLUME,
        volume_guid_name: PUNICODE_STRING,
        buffer_size_needed: PULONG,
    ) -> NTSTATUS;

    /// `FltGetVolumeProperties` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltGetVolumeProperties(
        volume: PFLT_VOLUME,
        volume_properties: PFLT_VOLUME_PROPERTIES,
        volume_properties_length: ULONG,
        length_returned: PULONG,
    ) -> NTSTATUS;

    /// `FltGetVolumeInformation` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltGetVolumeInformation(
        volume: PFLT_VOLUME,
        information_class: FILTER_VOLUME_INFORMATION_CLASS,
        buffer: PVOID,
        buffer_size: ULONG,
        bytes_returned: PULONG,
    ) -> NTSTATUS;

    /// `FltEnumerateVolumes` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltEnumerateVolumes(
        filter: PFLT_FILTER,
        volume_list: *mut PFLT_VOLUME,
        volume_list_size: ULONG,
        number_volumes_returned: PULONG,
    ) -> NTSTATUS;

    /// `FltEnumerateVolumeInformation` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltEnumerateVolumeInformation(
        filter: PFLT_FILTER,
        index: ULONG,
        information_class: FILTER_VOLUME_INFORMATION_CLASS,
        buffer: PVOID,
        buffer_size: ULONG,
        bytes_returned: PULONG,
    ) -> NTSTATUS;

    /// `FltGetDeviceObject` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltGetDeviceObject(volume: PFLT_VOLUME, device_object: *mut PDEVICE_OBJECT) -> NTSTATUS;

    /// `FltGetDiskDeviceObject` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltGetDiskDeviceObject(
        volume: PFLT_VOLUME,
        disk_device_object: *mut PDEVICE_OBJECT,
    ) -> NTSTATUS;

    /// `FltGetFileSystemType` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltGetFileSystemType(
        flt_object: PVOID,
        file_system_type: PFLT_FILESYSTEM_TYPE,
    ) -> NTSTATUS;

    /// `FltIsVolumeWritable` — callable at PASSIVE_LEVEL.
    pub fn FltIsVolumeWritable(flt_object: PVOID, is_writable: PBOOLEAN) -> NTSTATUS;

    /// `FltIsVolumeSnapshot` — callable at PASSIVE_LEVEL.
    pub fn FltIsVolumeSnapshot(flt_object: PVOID, is_snapshot_volume: PBOOLEAN) -> NTSTATUS;

    /// `FltIsFltMgrVolumeDeviceObject` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltIsFltMgrVolumeDeviceObject(device_object: PDEVICE_OBJECT) -> BOOLEAN;

    /// `FltQueryVolumeInformation` — callable at PASSIVE_LEVEL.
    pub fn FltQueryVolumeInformation(
        instance: PFLT_INSTANCE,
        iosb: PIO_STATUS_BLOCK,
        fs_information: PVOID,
        length: ULONG,
        fs_information_class: FS_INFORMATION_CLASS,
    ) -> NTSTATUS;

    /// `FltSetVolumeInformation` — callable at PASSIVE_LEVEL.
    pub fn FltSetVolumeInformation(
        instance: PFLT_INSTANCE,
        iosb: PIO_STATUS_BLOCK,
        fs_information: PVOID,
        length: ULONG,
        fs_information_class: FS_INFORMATION_CLASS,
    ) -> NTSTATUS;

    /// `FltQueryVolumeInformationFile` — callable at PASSIVE_LEVEL.
    pub fn FltQueryVolumeInformationFile(
        instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        fs_information: PVOID,
        length: ULONG,
        fs_information_class: FS_INFORMATION_CLASS,
        length_returned: PULONG,
    ) -> NTSTATUS;

    /// `FltOpenVolume` — callable at PASSIVE_LEVEL.
    pub fn FltOpenVolume(
        instance: PFLT_INSTANCE,
        volume_handle: PHANDLE,
        volume_file_object: *mut PFILE_OBJECT,
    ) -> NTSTATUS;

    /// `FltCreateSystemVolumeInformationFolder` — callable at PASSIVE_LEVEL.
    pub fn FltCreateSystemVolumeInformationFolder(instance: PFLT_INSTANCE) -> NTSTATUS;

    /// `FltAdjustDeviceStackSizeForIoRedirection` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltAdjustDeviceStackSizeForIoRedirection(
        source_instance: PFLT_INSTANCE,
        target_instance: PFLT_INSTANCE,
        source_device_object_modified: PBOOLEAN,
    ) -> NTSTATUS;

    /// `FltIsIoRedirectionAllowed` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltIsIoRedirectionAllowed(
        source_instance: PFLT_INSTANCE,
        target_instance: PFLT_INSTANCE,
        redirection_allowed: PBOOLEAN,
    ) -> NTSTATUS;

    /// `FltIsIoRedirectionAllowedForOperation` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltIsIoRedirectionAllowedForOperation(
        data: PFLT_CALLBACK_DATA,
        target_instance: PFLT_INSTANCE,
        redirection_allowed_this_io: PBOOLEAN,
        redirection_allowed_all_io: PBOOLEAN,
    ) -> NTSTATUS;

    /// `FltVetoBypassIo` — callable at PASSIVE_LEVEL.
    pub fn FltVetoBypassIo(
        callback_data: PFLT_CALLBACK_DATA,
        flt_objects: PCFLT_RELATED_OBJECTS,
        operation_status: NTSTATUS,
        failure_reason: PCUNICODE_STRING,
    ) -> NTSTATUS;
}
