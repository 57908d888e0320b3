//! File names.
#![allow(unsafe_code)] // imported functions

use crate::*;

#[cfg_attr(
    windows,
    link(name = "FLTMGR.SYS", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `FltGetFileNameInformation` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltGetFileNameInformation(
        callback_data: PFLT_CALLBACK_DATA,
        name_options: FLT_FILE_NAME_OPTIONS,
        file_name_information: *mut PFLT_FILE_NAME_INFORMATION,
    ) -> NTSTATUS;

    /// `FltGetFileNameInformationUnsafe` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltGetFileNameInformationUnsafe(
        file_object: PFILE_OBJECT,
        instance: PFLT_INSTANCE,
        name_options: FLT_FILE_NAME_OPTIONS,
        file_name_information: *mut PFLT_FILE_NAME_INFORMATION,
    ) -> NTSTATUS;

    /// `FltGetDestinationFileNameInformation` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltGetDestinationFileNameInformation(
        instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        root_directory: HANDLE,
        file_name: PWSTR,
        file_name_length: ULONG,
        name_options: FLT_FILE_NAME_OPTIONS,
        ret_file_name_information: *mut PFLT_FILE_NAME_INFORMATION,
    ) -> NTSTATUS;

    /// `FltGetTunneledName` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltGetTunneledName(
        callback_data: PFLT_CALLBACK_DATA,
        file_name_information: PFLT_FILE_NAME_INFORMATION,
        ret_tunneled_file_name_information: *mut PFLT_FILE_NAME_INFORMATION,
    ) -> NTSTATUS;

    /// `FltReferenceFileNameInformation` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltReferenceFileNameInformation(file_name_information: PFLT_FILE_NAME_INFORMATION);

    /// `FltReleaseFileNameInformation` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltReleaseFileNameInformation(file_name_information: PFLT_FILE_NAME_INFORMATION);

    /// `FltParseFileNameInformation` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltParseFileNameInformation(
        file_name_information: PFLT_FILE_NAME_INFORMATION,
    ) -> NTSTATUS;

    /// `FltParseFileName` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltParseFileName(
        file_name: PCUNICODE_STRING,
        extension: PUNICODE_STRING,
        stream: PUNICODE_STRING,
        final_component: PUNICODE_STRING,
    ) -> NTSTATUS;

    /// `FltCheckAndGrowNameControl` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltCheckAndGrowNameControl(name_ctrl: PFLT_NAME_CONTROL, new_size: USHORT) -> NTSTATUS;

    /// `FltPurgeFileNameInformationCache` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltPurgeFileNameInformationCache(
        instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
    ) -> NTSTATUS;

    /// `FltRequestFileInfoOnCreateCompletion` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltRequestFileInfoOnCreateCompletion(
        filter: PFLT_FILTER,
        data: PFLT_CALLBACK_DATA,
        info_class_flags: ULONG,
    ) -> NTSTATUS;

    /// `FltRetrieveFileInfoOnCreateCompletion` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltRetrieveFileInfoOnCreateCompletion(
        filter: PFLT_FILTER,
        data: PFLT_CALLBACK_DATA,
        info_class: ULONG,
        size: PULONG,
    ) -> PVOID;

    /// `FltRetrieveFileInfoOnCreateCompletionEx` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltRetrieveFileInfoOnCreateCompletionEx(
        filter: PFLT_FILTER,
        data: PFLT_CALLBACK_DATA,
        info_class: ULONG,
        ret_info_size: PULONG,
        ret_info_buffer: *mut PVOID,
    ) -> NTSTATUS;
}
