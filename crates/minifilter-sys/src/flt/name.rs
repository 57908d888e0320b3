//! File names.

use crate::*;
/// `FLT_FILE_NAME_OPTIONS` — format, method and flags of a name query.
pub type FLT_FILE_NAME_OPTIONS = ULONG;
/// `FLT_FILE_NAME_PARSED_FLAGS` — `FLTFL_FILE_NAME_PARSED_*`.
pub type FLT_FILE_NAME_PARSED_FLAGS = USHORT;
/// `PFLT_FILE_NAME_PARSED_FLAGS` — where parse flags go.
pub type PFLT_FILE_NAME_PARSED_FLAGS = *mut FLT_FILE_NAME_PARSED_FLAGS;
/// `FLT_NORMALIZE_NAME_FLAGS` — `FLTFL_NORMALIZE_NAME_*`.
pub type FLT_NORMALIZE_NAME_FLAGS = ULONG;

/// `FLT_FILE_NAME_INFORMATION` — a file's name and its parts.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_FILE_NAME_INFORMATION {
    pub Size: USHORT,
    pub NamesParsed: FLT_FILE_NAME_PARSED_FLAGS,
    pub Format: FLT_FILE_NAME_OPTIONS,
    pub Name: UNICODE_STRING,
    pub Volume: UNICODE_STRING,
    pub Share: UNICODE_STRING,
    pub Extension: UNICODE_STRING,
    pub Stream: UNICODE_STRING,
    pub FinalComponent: UNICODE_STRING,
    pub ParentDir: UNICODE_STRING,
}
layout!(FLT_FILE_NAME_INFORMATION: 120, 8 {
    Size: 0..2, NamesParsed: 2..4, Format: 4..8, Name: 8..24, Volume: 24..40, Share: 40..56,
    Extension: 56..72, Stream: 72..88, FinalComponent: 88..104, ParentDir: 104..120,
});
/// `PFLT_FILE_NAME_INFORMATION` — points to a `FLT_FILE_NAME_INFORMATION`.
pub type PFLT_FILE_NAME_INFORMATION = *mut FLT_FILE_NAME_INFORMATION;

/// `FLT_NAME_CONTROL` — a name a provider fills.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_NAME_CONTROL {
    pub Name: UNICODE_STRING,
}
layout!(FLT_NAME_CONTROL: 16, 8 { Name: 0..16 });
/// `PFLT_NAME_CONTROL` — points to a `FLT_NAME_CONTROL`.
pub type PFLT_NAME_CONTROL = *mut FLT_NAME_CONTROL;

/// `FLT_CREATEFILE_TARGET_ECP_CONTEXT` — the instance a create was sent to.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_CREATEFILE_TARGET_ECP_CONTEXT {
    pub Instance: PFLT_INSTANCE,
    pub Volume: PFLT_VOLUME,
    pub FileNameInformation: PFLT_FILE_NAME_INFORMATION,
    pub Flags: USHORT,
}
layout!(FLT_CREATEFILE_TARGET_ECP_CONTEXT: 32, 8 {
    Instance: 0..8, Volume: 8..16, FileNameInformation: 16..24, Flags: 24..26,
});
/// `PFLT_CREATEFILE_TARGET_ECP_CONTEXT` — points to a `FLT_CREATEFILE_TARGET_ECP_CONTEXT`.
pub type PFLT_CREATEFILE_TARGET_ECP_CONTEXT = *mut FLT_CREATEFILE_TARGET_ECP_CONTEXT;

/// `PFLT_GENERATE_FILE_NAME` — answers a name query.
pub type PFLT_GENERATE_FILE_NAME = Option<
    unsafe extern "C" fn(
        instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        callback_data: PFLT_CALLBACK_DATA,
        name_options: FLT_FILE_NAME_OPTIONS,
        cache_file_name_information: PBOOLEAN,
        file_name: PFLT_NAME_CONTROL,
    ) -> NTSTATUS,
>;

/// `PFLT_NORMALIZE_NAME_COMPONENT` — answers for one component of a name.
pub type PFLT_NORMALIZE_NAME_COMPONENT = Option<
    unsafe extern "C" fn(
        instance: PFLT_INSTANCE,
        parent_directory: PCUNICODE_STRING,
        volume_name_length: USHORT,
        component: PCUNICODE_STRING,
        expand_component_name: PFILE_NAMES_INFORMATION,
        expand_component_name_length: ULONG,
        flags: FLT_NORMALIZE_NAME_FLAGS,
        normalization_context: *mut PVOID,
    ) -> NTSTATUS,
>;

/// `PFLT_NORMALIZE_NAME_COMPONENT_EX` — answers for one component of a name of a given file.
pub type PFLT_NORMALIZE_NAME_COMPONENT_EX = Option<
    unsafe extern "C" fn(
        instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        parent_directory: PCUNICODE_STRING,
        volume_name_length: USHORT,
        component: PCUNICODE_STRING,
        expand_component_name: PFILE_NAMES_INFORMATION,
        expand_component_name_length: ULONG,
        flags: FLT_NORMALIZE_NAME_FLAGS,
        normalization_context: *mut PVOID,
    ) -> NTSTATUS,
>;

/// `PFLT_NORMALIZE_CONTEXT_CLEANUP` — frees what normalisation kept.
pub type PFLT_NORMALIZE_CONTEXT_CLEANUP =
    Option<unsafe extern "C" fn(normalization_context: *mut PVOID)>;
