//! System services.
#![allow(unsafe_code)] // imported functions

use crate::*;

#[cfg_attr(
    windows,
    link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `ZwClose` — callable at PASSIVE_LEVEL.
    pub fn ZwClose(handle: HANDLE) -> NTSTATUS;

    /// `ZwOpenKey` — callable at PASSIVE_LEVEL.
    pub fn ZwOpenKey(
        key_handle: PHANDLE,
        desired_access: ACCESS_MASK,
        object_attributes: POBJECT_ATTRIBUTES,
    ) -> NTSTATUS;

    /// `ZwCreateKey` — callable at PASSIVE_LEVEL.
    pub fn ZwCreateKey(
        key_handle: PHANDLE,
        desired_access: ACCESS_MASK,
        object_attributes: POBJECT_ATTRIBUTES,
        title_index: ULONG,
        class: PUNICODE_STRING,
        create_options: ULONG,
        disposition: PULONG,
    ) -> NTSTATUS;

    /// `ZwQueryValueKey` — callable at PASSIVE_LEVEL.
    pub fn ZwQueryValueKey(
        key_handle: HANDLE,
        value_name: PUNICODE_STRING,
        key_value_information_class: KEY_VALUE_INFORMATION_CLASS,
        key_value_information: PVOID,
        length: ULONG,
        result_length: PULONG,
    ) -> NTSTATUS;

    /// `ZwEnumerateValueKey` — callable at PASSIVE_LEVEL.
    pub fn ZwEnumerateValueKey(
        key_handle: HANDLE,
        index: ULONG,
        key_value_information_class: KEY_VALUE_INFORMATION_CLASS,
        key_value_information: PVOID,
        length: ULONG,
        result_length: PULONG,
    ) -> NTSTATUS;

    /// `ZwSetValueKey` — callable at PASSIVE_LEVEL.
    pub fn ZwSetValueKey(
        key_handle: HANDLE,
        value_name: PUNICODE_STRING,
        title_index: ULONG,
        value_type: ULONG,
        data: PVOID,
        data_size: ULONG,
    ) -> NTSTATUS;

    /// `ZwCreateFile` — callable at PASSIVE_LEVEL.
    pub fn ZwCreateFile(
        file_handle: PHANDLE,
        desired_access: ACCESS_MASK,
        object_attributes: POBJECT_ATTRIBUTES,
        io_status_block: PIO_STATUS_BLOCK,
        allocation_size: PLARGE_INTEGER,
        file_attributes: ULONG,
        share_access: ULONG,
        create_disposition: ULONG,
        create_options: ULONG,
        ea_buffer: PVOID,
        ea_length: ULONG,
    ) -> NTSTATUS;

    /// `ZwOpenFile` — callable at PASSIVE_LEVEL.
    pub fn ZwOpenFile(
        file_handle: PHANDLE,
        desired_access: ACCESS_MASK,
        object_attributes: POBJECT_ATTRIBUTES,
        io_status_block: PIO_STATUS_BLOCK,
        share_access: ULONG,
        open_options: ULONG,
    ) -> NTSTATUS;

    /// `ZwReadFile` — callable at PASSIVE_LEVEL.
    pub fn ZwReadFile(
        file_handle: HANDLE,
        event: HANDLE,
        apc_routine: PIO_APC_ROUTINE,
        apc_context: PVOID,
        io_status_block: PIO_STATUS_BLOCK,
        buffer: PVOID,
        length: ULONG,
        byte_offset: PLARGE_INTEGER,
        key: PULONG,
    ) -> NTSTATUS;

    /// `ZwWriteFile` — callable at PASSIVE_LEVEL.
    pub fn ZwWriteFile(
        file_handle: HANDLE,
        event: HANDLE,
        apc_routine: PIO_APC_ROUTINE,
        apc_context: PVOID,
        io_status_block: PIO_STATUS_BLOCK,
        buffer: PVOID,
        length: ULONG,
        byte_offset: PLARGE_INTEGER,
        key: PULONG,
    ) -> NTSTATUS;

    /// `ZwQueryInformationFile` — callable at PASSIVE_LEVEL.
    pub fn ZwQueryInformationFile(
        file_handle: HANDLE,
        io_status_block: PIO_STATUS_BLOCK,
        file_information: PVOID,
        length: ULONG,
        file_information_class: FILE_INFORMATION_CLASS,
    ) -> NTSTATUS;

    /// `ZwSetInformationFile` — callable at PASSIVE_LEVEL.
    pub fn ZwSetInformationFile(
        file_handle: HANDLE,
        io_status_block: PIO_STATUS_BLOCK,
        file_information: PVOID,
        length: ULONG,
        file_information_class: FILE_INFORMATION_CLASS,
    ) -> NTSTATUS;

    /// `ZwQueryDirectoryFile` — callable at PASSIVE_LEVEL.
    pub fn ZwQueryDirectoryFile(
        file_handle: HANDLE,
        event: HANDLE,
        apc_routine: PIO_APC_ROUTINE,
        apc_context: PVOID,
        io_status_block: PIO_STATUS_BLOCK,
        file_information: PVOID,
        length: ULONG,
        file_information_class: FILE_INFORMATION_CLASS,
        return_single_entry: BOOLEAN,
        file_name: PUNICODE_STRING,
        restart_scan: BOOLEAN,
    ) -> NTSTATUS;

    /// `ZwQueryVolumeInformationFile` — callable at PASSIVE_LEVEL.
    pub fn ZwQueryVolumeInformationFile(
        file_handle: HANDLE,
        io_status_block: PIO_STATUS_BLOCK,
        fs_information: PVOID,
        length: ULONG,
        fs_information_class: FS_INFORMATION_CLASS,
    ) -> NTSTATUS;

    /// `ZwFsControlFile` — callable at PASSIVE_LEVEL.
    pub fn ZwFsControlFile(
        file_handle: HANDLE,
        event: HANDLE,
        apc_routine: PIO_APC_ROUTINE,
        apc_context: PVOID,
        io_status_block: PIO_STATUS_BLOCK,
        fs_control_code: ULONG,
        input_buffer: PVOID,
        input_buffer_length: ULONG,
        output_buffer: PVOID,
        output_buffer_length: ULONG,
    ) -> NTSTATUS;

    /// `ZwWaitForSingleObject` — callable at PASSIVE_LEVEL.
    pub fn ZwWaitForSingleObject(
        handle: HANDLE,
        alertable: BOOLEAN,
        timeout: PLARGE_INTEGER,
    ) -> NTSTATUS;
}
