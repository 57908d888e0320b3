//! Instances.
#![allow(unsafe_code)] // imported functions

use crate::*;

#[cfg_attr(
    windows,
    link(name = "FLTMGR.SYS", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `FltAttachVolume` — callable at PASSIVE_LEVEL.
    pub fn FltAttachVolume(
        filter: PFLT_FILTER,
        volume: PFLT_VOLUME,
        instance_name: PCUNICODE_STRING,
        ret_instance: *mut PFLT_INSTANCE,
    ) -> NTSTATUS;

    /// `FltAttachVolumeAtAltitude` — callable at PASSIVE_LEVEL.
    pub fn FltAttachVolumeAtAltitude(
        filter: PFLT_FILTER,
        volume: PFLT_VOLUME,
        altitude: PCUNICODE_STRING,
        instance_name: PCUNICODE_STRING,
        ret_instance: *mut PFLT_INSTANCE,
    ) -> NTSTATUS;

    /// `FltDetachVolume` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltDetachVolume(
        filter: PFLT_FILTER,
        volume: PFLT_VOLUME,
        instance_name: PCUNICODE_STRING,
    ) -> NTSTATUS;

    /// `FltCompareInstanceAltitudes` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltCompareInstanceAltitudes(instance1: PFLT_INSTANCE, instance2: PFLT_INSTANCE) -> LONG;

    /// `FltGetLowerInstance` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltGetLowerInstance(
        current_instance: PFLT_INSTANCE,
        lower_instance: *mut PFLT_INSTANCE,
    ) -> NTSTATUS;

    /// `FltGetUpperInstance` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltGetUpperInstance(
        current_instance: PFLT_INSTANCE,
        upper_instance: *mut PFLT_INSTANCE,
    ) -> NTSTATUS;

    /// `FltGetTopInstance` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltGetTopInstance(volume: PFLT_VOLUME, instance: *mut PFLT_INSTANCE) -> NTSTATUS;

    /// `FltGetBottomInstance` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltGetBottomInstance(volume: PFLT_VOLUME, instance: *mut PFLT_INSTANCE) -> NTSTATUS;

    /// `FltGetVolumeInstanceFromName` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltGetVolumeInstanceFromName(
        filter: PFLT_FILTER,
        volume: PFLT_VOLUME,
        instance_name: PCUNICODE_STRING,
        ret_instance: *mut PFLT_INSTANCE,
    ) -> NTSTATUS;

    /// `FltGetInstanceInformation` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltGetInstanceInformation(
        instance: PFLT_INSTANCE,
        information_class: INSTANCE_INFORMATION_CLASS,
        buffer: PVOID,
        buffer_size: ULONG,
        bytes_returned: PULONG,
    ) -> NTSTATUS;

    /// `FltEnumerateInstances` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltEnumerateInstances(
        volume: PFLT_VOLUME,
        filter: PFLT_FILTER,
        instance_list: *mut PFLT_INSTANCE,
        instance_list_size: ULONG,
        number_instances_returned: PULONG,
    ) -> NTSTATUS;

    /// `FltEnumerateInstanceInformationByFilter` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltEnumerateInstanceInformationByFilter(
        filter: PFLT_FILTER,
        index: ULONG,
        information_class: INSTANCE_INFORMATION_CLASS,
        buffer: PVOID,
        buffer_size: ULONG,
        bytes_returned: PULONG,
    ) -> NTSTATUS;

    /// `FltEnumerateInstanceInformationByVolume` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltEnumerateInstanceInformationByVolume(
        volume: PFLT_VOLUME,
        index: ULONG,
        information_class: INSTANCE_INFORMATION_CLASS,
        buffer: PVOID,
        buffer_size: ULONG,
        bytes_returned: PULONG,
    ) -> NTSTATUS;

    /// `FltEnumerateInstanceInformationByVolumeName` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltEnumerateInstanceInformationByVolumeName(
        volume_name: PUNICODE_STRING,
        index: ULONG,
        information_class: INSTANCE_INFORMATION_CLASS,
        buffer: PVOID,
        buffer_size: ULONG,
        bytes_returned: PULONG,
    ) -> NTSTATUS;

    /// `FltEnumerateInstanceInformationByDeviceObject` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltEnumerateInstanceInformationByDeviceObject(
        device_object: PDEVICE_OBJECT,
        index: ULONG,
        information_class: INSTANCE_INFORMATION_CLASS,
        buffer: PVOID,
        buffer_size: ULONG,
        bytes_returned: PULONG,
    ) -> NTSTATUS;
}
