//! Sections for data scans.
#![allow(unsafe_code)] // imported functions

use crate::*;

#[cfg_attr(
    windows,
    link(name = "FLTMGR.SYS", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `FltRegisterForDataScan` — callable at PASSIVE_LEVEL.
    pub fn FltRegisterForDataScan(instance: PFLT_INSTANCE) -> NTSTATUS;

    /// `FltCreateSectionForDataScan` — callable at PASSIVE_LEVEL.
    pub fn FltCreateSectionForDataScan(
        instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        section_context: PFLT_CONTEXT,
        desired_access: ACCESS_MASK,
        object_attributes: POBJECT_ATTRIBUTES,
        maximum_size: PLARGE_INTEGER,
        section_page_protection: ULONG,
        allocation_attributes: ULONG,
        flags: ULONG,
        section_handle: PHANDLE,
        section_object: *mut PVOID,
        section_file_size: PLARGE_INTEGER,
    ) -> NTSTATUS;

    /// `FltCloseSectionForDataScan` — callable at PASSIVE_LEVEL.
    pub fn FltCloseSectionForDataScan(section_context: PFLT_CONTEXT) -> NTSTATUS;
}
