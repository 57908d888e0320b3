//! Extra create parameters.
#![allow(unsafe_code)] // imported functions

use crate::*;

#[cfg_attr(
    windows,
    link(name = "FLTMGR.SYS", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `FltAllocateExtraCreateParameterList` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltAllocateExtraCreateParameterList(
        filter: PFLT_FILTER,
        flags: ULONG,
        ecp_list: *mut PECP_LIST,
    ) -> NTSTATUS;

    /// `FltFreeExtraCreateParameterList` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltFreeExtraCreateParameterList(filter: PFLT_FILTER, ecp_list: PECP_LIST);

    /// `FltAllocateExtraCreateParameter` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltAllocateExtraCreateParameter(
        filter: PFLT_FILTER,
        ecp_type: LPCGUID,
        size_of_context: ULONG,
        flags: ULONG,
        cleanup_callback: PFSRTL_EXTRA_CREATE_PARAMETER_CLEANUP_CALLBACK,
        pool_tag: ULONG,
        ecp_context: *mut PVOID,
    ) -> NTSTATUS;

    /// `FltFreeExtraCreateParameter` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltFreeExtraCreateParameter(filter: PFLT_FILTER, ecp_context: PVOID);

    /// `FltInsertExtraCreateParameter` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltInsertExtraCreateParameter(
        filter: PFLT_FILTER,
        ecp_list: PECP_LIST,
        ecp_context: PVOID,
    ) -> NTSTATUS;

    /// `FltFindExtraCreateParameter` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltFindExtraCreateParameter(
        filter: PFLT_FILTER,
        ecp_list: PECP_LIST,
        ecp_type: LPCGUID,
        ecp_context: *mut PVOID,
        ecp_context_size: PULONG,
    ) -> NTSTATUS;

    /// `FltRemoveExtraCreateParameter` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltRemoveExtraCreateParameter(
        filter: PFLT_FILTER,
        ecp_list: PECP_LIST,
        ecp_type: LPCGUID,
        ecp_context: *mut PVOID,
        ecp_context_size: PULONG,
    ) -> NTSTATUS;

    /// `FltGetNextExtraCreateParameter` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltGetNextExtraCreateParameter(
        filter: PFLT_FILTER,
        ecp_list: PECP_LIST,
        current_ecp_context: PVOID,
        next_ecp_type: LPGUID,
        next_ecp_context: *mut PVOID,
        next_ecp_context_size: PULONG,
    ) -> NTSTATUS;

    /// `FltGetEcpListFromCallbackData` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltGetEcpListFromCallbackData(
        filter: PFLT_FILTER,
        callback_data: PFLT_CALLBACK_DATA,
        ecp_list: *mut PECP_LIST,
    ) -> NTSTATUS;

    /// `FltSetEcpListIntoCallbackData` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltSetEcpListIntoCallbackData(
        filter: PFLT_FILTER,
        callback_data: PFLT_CALLBACK_DATA,
        ecp_list: PECP_LIST,
    ) -> NTSTATUS;

    /// `FltAcknowledgeEcp` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltAcknowledgeEcp(filter: PFLT_FILTER, ecp_context: PVOID);

    /// `FltIsEcpAcknowledged` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltIsEcpAcknowledged(filter: PFLT_FILTER, ecp_context: PVOID) -> BOOLEAN;

    /// `FltIsEcpFromUserMode` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltIsEcpFromUserMode(filter: PFLT_FILTER, ecp_context: PVOID) -> BOOLEAN;

    /// `FltPrepareToReuseEcp` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltPrepareToReuseEcp(filter: PFLT_FILTER, ecp_context: PVOID);

    /// `FltInitExtraCreateParameterLookasideList` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltInitExtraCreateParameterLookasideList(
        filter: PFLT_FILTER,
        lookaside: PVOID,
        flags: ULONG,
        size: SIZE_T,
        tag: ULONG,
    );

    /// `FltDeleteExtraCreateParameterLookasideList` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltDeleteExtraCreateParameterLookasideList(
        filter: PFLT_FILTER,
        lookaside: PVOID,
        flags: ULONG,
    );

    /// `FltAllocateExtraCreateParameterFromLookasideList` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltAllocateExtraCreateParameterFromLookasideList(
        filter: PFLT_FILTER,
        ecp_type: LPCGUID,
        size_of_context: ULONG,
        flags: ULONG,
        cleanup_callback: PFSRTL_EXTRA_CREATE_PARAMETER_CLEANUP_CALLBACK,
        lookaside_list: PVOID,
        ecp_context: *mut PVOID,
    ) -> NTSTATUS;
}
