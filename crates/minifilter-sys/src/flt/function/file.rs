//! Files a minifilter opens, reads, writes and asks, below itself.
#![allow(unsafe_code)] // imported functions

use crate::*;

#[cfg_attr(
    windows,
    link(name = "FLTMGR.SYS", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `FltCreateFile` — callable at PASSIVE_LEVEL.
    pub fn FltCreateFile(
        filter: PFLT_FILTER,
        instance: PFLT_INSTANCE,
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
        flags: ULONG,
    ) -> NTSTATUS;

    /// `FltCreateFileEx` — callable at PASSIVE_LEVEL.
    pub fn FltCreateFileEx(
        filter: PFLT_FILTER,
        instance: PFLT_INSTANCE,
        file_handle: PHANDLE,
        file_object: *mut PFILE_OBJECT,
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
        flags: ULONG,
    ) -> NTSTATUS;

    /// `FltCreateFileEx2` — callable at PASSIVE_LEVEL.
    pub fn FltCreateFileEx2(
        filter: PFLT_FILTER,
        instance: PFLT_INSTANCE,
        file_handle: PHANDLE,
        file_object: *mut PFILE_OBJECT,
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
        flags: ULONG,
        driver_context: PIO_DRIVER_CREATE_CONTEXT,
    ) -> NTSTATUS;

    /// `FltCreateNamedPipeFile` — callable at PASSIVE_LEVEL.
    pub fn FltCreateNamedPipeFile(
        filter: PFLT_FILTER,
        instance: PFLT_INSTANCE,
        file_handle: PHANDLE,
        file_object: *mut PFILE_OBJECT,
        desired_access: ULONG,
        object_attributes: POBJECT_ATTRIBUTES,
        io_status_block: PIO_STATUS_BLOCK,
        share_access: ULONG,
        create_disposition: ULONG,
        create_options: ULONG,
        named_pipe_type: ULONG,
        read_mode: ULONG,
        completion_mode: ULONG,
        maximum_instances: ULONG,
        inbound_quota: ULONG,
        outbound_quota: ULONG,
        default_timeout: PLARGE_INTEGER,
        driver_context: PIO_DRIVER_CREATE_CONTEXT,
    ) -> NTSTATUS;

    /// `FltCreateMailslotFile` — callable at PASSIVE_LEVEL.
    pub fn FltCreateMailslotFile(
        filter: PFLT_FILTER,
        instance: PFLT_INSTANCE,
        file_handle: PHANDLE,
        file_object: *mut PFILE_OBJECT,
        desired_access: ULONG,
        object_attributes: POBJECT_ATTRIBUTES,
        io_status_block: PIO_STATUS_BLOCK,
        create_options: ULONG,
        mailslot_quota: ULONG,
        maximum_message_size: ULONG,
        read_timeout: PLARGE_INTEGER,
        driver_context: PIO_DRIVER_CREATE_CONTEXT,
    ) -> NTSTATUS;

    /// `FltClose` — callable at PASSIVE_LEVEL.
    pub fn FltClose(file_handle: HANDLE) -> NTSTATUS;

    /// `FltCancelFileOpen` — callable at PASSIVE_LEVEL.
    pub fn FltCancelFileOpen(instance: PFLT_INSTANCE, file_object: PFILE_OBJECT);

    /// `FltReadFile` — callable at PASSIVE_LEVEL.
    pub fn FltReadFile(
        initiating_instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        byte_offset: PLARGE_INTEGER,
        length: ULONG,
        buffer: PVOID,
        flags: FLT_IO_OPERATION_FLAGS,
        bytes_read: PULONG,
        callback_routine: PFLT_COMPLETED_ASYNC_IO_CALLBACK,
        callback_context: PVOID,
    ) -> NTSTATUS;

    /// `FltReadFileEx` — callable at PASSIVE_LEVEL.
    pub fn FltReadFileEx(
        initiating_instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        byte_offset: PLARGE_INTEGER,
        length: ULONG,
        buffer: PVOID,
        flags: FLT_IO_OPERATION_FLAGS,
        bytes_read: PULONG,
        callback_routine: PFLT_COMPLETED_ASYNC_IO_CALLBACK,
        callback_context: PVOID,
        key: PULONG,
        mdl: PMDL,
    ) -> NTSTATUS;

    /// `FltWriteFile` — callable at PASSIVE_LEVEL.
    pub fn FltWriteFile(
        initiating_instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        byte_offset: PLARGE_INTEGER,
        length: ULONG,
        buffer: PVOID,
        flags: FLT_IO_OPERATION_FLAGS,
        bytes_written: PULONG,
        callback_routine: PFLT_COMPLETED_ASYNC_IO_CALLBACK,
        callback_context: PVOID,
    ) -> NTSTATUS;

    /// `FltWriteFileEx` — callable at PASSIVE_LEVEL.
    pub fn FltWriteFileEx(
        initiating_instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        byte_offset: PLARGE_INTEGER,
        length: ULONG,
        buffer: PVOID,
        flags: FLT_IO_OPERATION_FLAGS,
        bytes_written: PULONG,
        callback_routine: PFLT_COMPLETED_ASYNC_IO_CALLBACK,
        callback_context: PVOID,
        key: PULONG,
        mdl: PMDL,
    ) -> NTSTATUS;

    /// `FltFastIoMdlRead` — callable at PASSIVE_LEVEL.
    pub fn FltFastIoMdlRead(
        initiating_instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        file_offset: PLARGE_INTEGER,
        length: ULONG,
        lock_key: ULONG,
        mdl_chain: *mut PMDL,
        io_status: PIO_STATUS_BLOCK,
    ) -> BOOLEAN;

    /// `FltFastIoMdlReadComplete` — callable at PASSIVE_LEVEL.
    pub fn FltFastIoMdlReadComplete(
        initiating_instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        mdl_chain: PMDL,
    ) -> BOOLEAN;

    /// `FltFastIoPrepareMdlWrite` — callable at PASSIVE_LEVEL.
    pub fn FltFastIoPrepareMdlWrite(
        initiating_instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        file_offset: PLARGE_INTEGER,
        length: ULONG,
        lock_key: ULONG,
        mdl_chain: *mut PMDL,
        io_status: PIO_STATUS_BLOCK,
    ) -> BOOLEAN;

    /// `FltFastIoMdlWriteComplete` — callable at PASSIVE_LEVEL.
    pub fn FltFastIoMdlWriteComplete(
        initiating_instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        file_offset: PLARGE_INTEGER,
        mdl_chain: PMDL,
    ) -> BOOLEAN;

    /// `FltQueryInformationFile` — callable at PASSIVE_LEVEL.
    pub fn FltQueryInformationFile(
        instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        file_information: PVOID,
        length: ULONG,
        file_information_class: FILE_INFORMATION_CLASS,
        length_returned: PULONG,
    ) -> NTSTATUS;

    /// `FltQueryInformationByName` — callable at PASSIVE_LEVEL.
    pub fn FltQueryInformationByName(
        filter: PFLT_FILTER,
        instance: PFLT_INSTANCE,
        object_attributes: POBJECT_ATTRIBUTES,
        io_status_block: PIO_STATUS_BLOCK,
        file_information: PVOID,
        length: ULONG,
        file_information_class: FILE_INFORMATION_CLASS,
        driver_context: PIO_DRIVER_CREATE_CONTEXT,
    ) -> NTSTATUS;

    /// `FltSetInformationFile` — callable at PASSIVE_LEVEL.
    pub fn FltSetInformationFile(
        instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        file_information: PVOID,
        length: ULONG,
        file_information_class: FILE_INFORMATION_CLASS,
    ) -> NTSTATUS;

    /// `FltQueryDirectoryFile` — callable at PASSIVE_LEVEL.
    pub fn FltQueryDirectoryFile(
        instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        file_information: PVOID,
        length: ULONG,
        file_information_class: FILE_INFORMATION_CLASS,
        return_single_entry: BOOLEAN,
        file_name: PUNICODE_STRING,
        restart_scan: BOOLEAN,
        length_returned: PULONG,
    ) -> NTSTATUS;

    /// `FltQueryDirectoryFileEx` — callable at PASSIVE_LEVEL.
    pub fn FltQueryDirectoryFileEx(
        instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        file_information: PVOID,
        length: ULONG,
        file_information_class: FILE_INFORMATION_CLASS,
        query_flags: ULONG,
        file_name: PUNICODE_STRING,
        length_returned: PULONG,
    ) -> NTSTATUS;

    /// `FltNotifyFilterChangeDirectory` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltNotifyFilterChangeDirectory(
        notify_sync: PVOID,
        notify_list: PLIST_ENTRY,
        fs_context: PVOID,
        full_directory_name: PSTRING,
        watch_tree: BOOLEAN,
        ignore_buffer: BOOLEAN,
        completion_filter: ULONG,
        notify_callback_data: PFLT_CALLBACK_DATA,
        traverse_callback: PVOID,
        subject_context: PSECURITY_SUBJECT_CONTEXT,
        filter_callback: PVOID,
    );

    /// `FltQueryEaFile` — callable at PASSIVE_LEVEL.
    pub fn FltQueryEaFile(
        instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        returned_ea_data: PVOID,
        length: ULONG,
        return_single_entry: BOOLEAN,
        ea_list: PVOID,
        ea_list_length: ULONG,
        ea_index: PULONG,
        restart_scan: BOOLEAN,
        length_returned: PULONG,
    ) -> NTSTATUS;

    /// `FltSetEaFile` — callable at PASSIVE_LEVEL.
    pub fn FltSetEaFile(
        instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        ea_buffer: PVOID,
        length: ULONG,
    ) -> NTSTATUS;

    /// `FltQuerySecurityObject` — callable at PASSIVE_LEVEL.
    pub fn FltQuerySecurityObject(
        instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        security_information: SECURITY_INFORMATION,
        security_descriptor: PSECURITY_DESCRIPTOR,
        length: ULONG,
        length_needed: PULONG,
    ) -> NTSTATUS;

    /// `FltSetSecurityObject` — callable at PASSIVE_LEVEL.
    pub fn FltSetSecurityObject(
        instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        security_information: SECURITY_INFORMATION,
        security_descriptor: PSECURITY_DESCRIPTOR,
    ) -> NTSTATUS;

    /// `FltQueryQuotaInformationFile` — callable at PASSIVE_LEVEL.
    pub fn FltQueryQuotaInformationFile(
        instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        iosb: PIO_STATUS_BLOCK,
        buffer: PVOID,
        length: ULONG,
        return_single_entry: BOOLEAN,
        sid_list: PVOID,
        sid_list_length: ULONG,
        start_sid: PULONG,
        restart_scan: BOOLEAN,
        length_returned: PULONG,
    ) -> NTSTATUS;

    /// `FltSetQuotaInformationFile` — callable at PASSIVE_LEVEL.
    pub fn FltSetQuotaInformationFile(
        instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        buffer: PVOID,
        length: ULONG,
    ) -> NTSTATUS;

    /// `FltFlushBuffers` — callable at PASSIVE_LEVEL.
    pub fn FltFlushBuffers(instance: PFLT_INSTANCE, file_object: PFILE_OBJECT) -> NTSTATUS;

    /// `FltFlushBuffers2` — callable at PASSIVE_LEVEL.
    pub fn FltFlushBuffers2(
        instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        flush_type: ULONG,
        callback_data: PFLT_CALLBACK_DATA,
    ) -> NTSTATUS;

    /// `FltFsControlFile` — callable at PASSIVE_LEVEL.
    pub fn FltFsControlFile(
        instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        fs_control_code: ULONG,
        input_buffer: PVOID,
        input_buffer_length: ULONG,
        output_buffer: PVOID,
        output_buffer_length: ULONG,
        length_returned: PULONG,
    ) -> NTSTATUS;

    /// `FltDeviceIoControlFile` — callable at PASSIVE_LEVEL.
    pub fn FltDeviceIoControlFile(
        instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        io_control_code: ULONG,
        input_buffer: PVOID,
        input_buffer_length: ULONG,
        output_buffer: PVOID,
        output_buffer_length: ULONG,
        length_returned: PULONG,
    ) -> NTSTATUS;

    /// `FltIsDirectory` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltIsDirectory(
        file_object: PFILE_OBJECT,
        instance: PFLT_INSTANCE,
        is_directory: PBOOLEAN,
    ) -> NTSTATUS;

    /// `FltTagFile` — callable at PASSIVE_LEVEL.
    pub fn FltTagFile(
        initiating_instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        file_tag: ULONG,
        guid: *mut GUID,
        data_buffer: PVOID,
        data_buffer_length: USHORT,
    ) -> NTSTATUS;

    /// `FltTagFileEx` — callable at PASSIVE_LEVEL.
    pub fn FltTagFileEx(
        initiating_instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        file_tag: ULONG,
        guid: *mut GUID,
        data_buffer: PVOID,
        data_buffer_length: USHORT,
        existing_file_tag: ULONG,
        existing_guid: *mut GUID,
        flags: ULONG,
    ) -> NTSTATUS;

    /// `FltUntagFile` — callable at PASSIVE_LEVEL.
    pub fn FltUntagFile(
        initiating_instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        file_tag: ULONG,
        guid: *mut GUID,
    ) -> NTSTATUS;

    /// `FltAddOpenReparseEntry` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltAddOpenReparseEntry(
        filter: PFLT_FILTER,
        data: PFLT_CALLBACK_DATA,
        open_reparse_entry: POPEN_REPARSE_LIST_ENTRY,
    ) -> NTSTATUS;

    /// `FltRemoveOpenReparseEntry` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltRemoveOpenReparseEntry(
        filter: PFLT_FILTER,
        data: PFLT_CALLBACK_DATA,
        open_reparse_entry: POPEN_REPARSE_LIST_ENTRY,
    );

    /// `FltCopyOpenReparseList` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltCopyOpenReparseList(
        filter: PFLT_FILTER,
        data: PFLT_CALLBACK_DATA,
        ecp_list: PECP_LIST,
    ) -> NTSTATUS;

    /// `FltFreeOpenReparseList` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltFreeOpenReparseList(filter: PFLT_FILTER, ecp_list: PECP_LIST);
}
