//! Registration, start and unload of minifilters.
#![allow(unsafe_code)] // imported functions

use crate::*;

#[cfg_attr(
    windows,
    link(name = "FLTMGR.SYS", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `FltRegisterFilter` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltRegisterFilter(
        driver: PDRIVER_OBJECT,
        registration: PCFLT_REGISTRATION,
        ret_filter: *mut PFLT_FILTER,
    ) -> NTSTATUS;

    /// `FltStartFiltering` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltStartFiltering(filter: PFLT_FILTER) -> NTSTATUS;

    /// `FltUnregisterFilter` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltUnregisterFilter(filter: PFLT_FILTER);

    /// `FltLoadFilter` — callable at PASSIVE_LEVEL.
    pub fn FltLoadFilter(filter_name: PCUNICODE_STRING) -> NTSTATUS;

    /// `FltUnloadFilter` — callable at PASSIVE_LEVEL.
    pub fn FltUnloadFilter(filter_name: PCUNICODE_STRING) -> NTSTATUS;

    /// `FltGetRoutineAddress` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltGetRoutineAddress(flt_mgr_routine_name: PCSTR) -> PVOID;

    /// `FltObjectReference` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltObjectReference(flt_object: PVOID) -> NTSTATUS;

    /// `FltObjectDereference` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltObjectDereference(flt_object: PVOID);

    /// `FltGetFilterFromName` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltGetFilterFromName(
        filter_name: PCUNICODE_STRING,
        ret_filter: *mut PFLT_FILTER,
    ) -> NTSTATUS;

    /// `FltGetFilterFromInstance` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltGetFilterFromInstance(
        instance: PFLT_INSTANCE,
        ret_filter: *mut PFLT_FILTER,
    ) -> NTSTATUS;

    /// `FltGetFilterInformation` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltGetFilterInformation(
        filter: PFLT_FILTER,
        information_class: FILTER_INFORMATION_CLASS,
        buffer: PVOID,
        buffer_size: ULONG,
        bytes_returned: PULONG,
    ) -> NTSTATUS;

    /// `FltEnumerateFilters` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltEnumerateFilters(
        filter_list: *mut PFLT_FILTER,
        filter_list_size: ULONG,
        number_filters_returned: PULONG,
    ) -> NTSTATUS;

    /// `FltEnumerateFilterInformation` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltEnumerateFilterInformation(
        index: ULONG,
        information_class: FILTER_INFORMATION_CLASS,
        buffer: PVOID,
        buffer_size: ULONG,
        bytes_returned: PULONG,
    ) -> NTSTATUS;

    /// `FltBuildDefaultSecurityDescriptor` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltBuildDefaultSecurityDescriptor(
        security_descriptor: *mut PSECURITY_DESCRIPTOR,
        desired_access: ACCESS_MASK,
    ) -> NTSTATUS;

    /// `FltFreeSecurityDescriptor` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltFreeSecurityDescriptor(security_descriptor: PSECURITY_DESCRIPTOR);
}
