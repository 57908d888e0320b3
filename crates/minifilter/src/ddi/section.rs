#![allow(unsafe_code)] // the kernel's functions

//! Sections for data scans.

use minifilter_sys::{
    ACCESS_MASK, HANDLE, LONG_PTR, NTSTATUS, PFILE_OBJECT, PFLT_CONTEXT, PFLT_INSTANCE, PHANDLE,
    PLARGE_INTEGER, POBJECT_ATTRIBUTES, PVOID, ULONG,
};

ddi! {
    FltRegisterForDataScan <= Passive: fn(instance: PFLT_INSTANCE) -> NTSTATUS;
    FltCreateSectionForDataScan <= Passive: fn(instance: PFLT_INSTANCE, file: PFILE_OBJECT, context: PFLT_CONTEXT, access: ACCESS_MASK, attributes: POBJECT_ATTRIBUTES, maximum: PLARGE_INTEGER, protection: ULONG, allocation: ULONG, flags: ULONG, handle: PHANDLE, object: *mut PVOID, size: PLARGE_INTEGER) -> NTSTATUS;
    FltCloseSectionForDataScan <= Passive: fn(context: PFLT_CONTEXT) -> NTSTATUS;
    ObfDereferenceObject <= Dispatch: fn(object: PVOID) -> LONG_PTR;
    ZwClose <= Passive: fn(handle: HANDLE) -> NTSTATUS;
}
