//! The file system run-time library.
#![allow(unsafe_code)] // imported functions

use crate::*;

#[cfg_attr(
    windows,
    link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `FsRtlIsNameInExpression` — callable at PASSIVE_LEVEL.
    pub fn FsRtlIsNameInExpression(
        expression: PUNICODE_STRING,
        name: PUNICODE_STRING,
        ignore_case: BOOLEAN,
        upcase_table: PWCH,
    ) -> BOOLEAN;

    /// `FsRtlDoesNameContainWildCards` — callable at PASSIVE_LEVEL.
    pub fn FsRtlDoesNameContainWildCards(name: PUNICODE_STRING) -> BOOLEAN;

    /// `FsRtlAreNamesEqual` — callable at PASSIVE_LEVEL.
    pub fn FsRtlAreNamesEqual(
        constant_name_a: PCUNICODE_STRING,
        constant_name_b: PCUNICODE_STRING,
        ignore_case: BOOLEAN,
        upcase_table: PCWCH,
    ) -> BOOLEAN;

    /// `FsRtlIsNtstatusExpected` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn FsRtlIsNtstatusExpected(exception: NTSTATUS) -> BOOLEAN;

    /// `FsRtlIsPagingFile` — callable at IRQL ≤ APC_LEVEL.
    pub fn FsRtlIsPagingFile(file_object: PFILE_OBJECT) -> ULONG;

    /// `FsRtlIsSystemPagingFile` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FsRtlIsSystemPagingFile(file_object: PFILE_OBJECT) -> ULONG;

    /// `FsRtlGetFileSize` — callable at PASSIVE_LEVEL.
    pub fn FsRtlGetFileSize(file_object: PFILE_OBJECT, file_size: PLARGE_INTEGER) -> NTSTATUS;

    /// `FsRtlValidateReparsePointBuffer` — callable at PASSIVE_LEVEL.
    pub fn FsRtlValidateReparsePointBuffer(
        buffer_length: ULONG,
        reparse_buffer: PREPARSE_DATA_BUFFER,
    ) -> NTSTATUS;

    /// `FsRtlCancellableWaitForSingleObject` — callable at PASSIVE_LEVEL.
    pub fn FsRtlCancellableWaitForSingleObject(
        object: PVOID,
        timeout: PLARGE_INTEGER,
        irp: PIRP,
    ) -> NTSTATUS;
}
