//! Callback data: whose operation it is, what it carries, how it is changed and completed.
#![allow(unsafe_code)] // imported functions

use crate::*;

#[cfg_attr(
    windows,
    link(name = "FLTMGR.SYS", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `FltAllocateCallbackData` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltAllocateCallbackData(
        instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        ret_new_callback_data: *mut PFLT_CALLBACK_DATA,
    ) -> NTSTATUS;

    /// `FltAllocateCallbackDataEx` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltAllocateCallbackDataEx(
        instance: PFLT_INSTANCE,
        file_object: PFILE_OBJECT,
        flags: FLT_ALLOCATE_CALLBACK_DATA_FLAGS,
        ret_new_callback_data: *mut PFLT_CALLBACK_DATA,
    ) -> NTSTATUS;

    /// `FltFreeCallbackData` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltFreeCallbackData(callback_data: PFLT_CALLBACK_DATA);

    /// `FltReuseCallbackData` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltReuseCallbackData(callback_data: PFLT_CALLBACK_DATA);

    /// `FltSetCallbackDataDirty` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn FltSetCallbackDataDirty(data: PFLT_CALLBACK_DATA);

    /// `FltClearCallbackDataDirty` — callable at a level that its page leaves open.
    pub fn FltClearCallbackDataDirty(data: PFLT_CALLBACK_DATA);

    /// `FltIsCallbackDataDirty` — callable at a level that its page leaves open.
    pub fn FltIsCallbackDataDirty(data: PFLT_CALLBACK_DATA) -> BOOLEAN;

    /// `FltCompletePendedPreOperation` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltCompletePendedPreOperation(
        callback_data: PFLT_CALLBACK_DATA,
        callback_status: FLT_PREOP_CALLBACK_STATUS,
        context: PVOID,
    );

    /// `FltCompletePendedPostOperation` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltCompletePendedPostOperation(callback_data: PFLT_CALLBACK_DATA);

    /// `FltDoCompletionProcessingWhenSafe` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn FltDoCompletionProcessingWhenSafe(
        data: PFLT_CALLBACK_DATA,
        flt_objects: PCFLT_RELATED_OBJECTS,
        completion_context: PVOID,
        flags: FLT_POST_OPERATION_FLAGS,
        safe_post_callback: PFLT_POST_OPERATION_CALLBACK,
        ret_post_operation_status: *mut FLT_POSTOP_CALLBACK_STATUS,
    ) -> BOOLEAN;

    /// `FltRequestOperationStatusCallback` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltRequestOperationStatusCallback(
        data: PFLT_CALLBACK_DATA,
        callback_routine: PFLT_GET_OPERATION_STATUS_CALLBACK,
        requester_context: PVOID,
    ) -> NTSTATUS;

    /// `FltPerformSynchronousIo` — callable at PASSIVE_LEVEL.
    pub fn FltPerformSynchronousIo(callback_data: PFLT_CALLBACK_DATA);

    /// `FltPerformAsynchronousIo` — callable at PASSIVE_LEVEL.
    pub fn FltPerformAsynchronousIo(
        callback_data: PFLT_CALLBACK_DATA,
        callback_routine: PFLT_COMPLETED_ASYNC_IO_CALLBACK,
        callback_context: PVOID,
    ) -> NTSTATUS;

    /// `FltReissueSynchronousIo` — callable at PASSIVE_LEVEL.
    pub fn FltReissueSynchronousIo(
        initiating_instance: PFLT_INSTANCE,
        callback_data: PFLT_CALLBACK_DATA,
    );

    /// `FltGetRequestorProcess` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltGetRequestorProcess(callback_data: PFLT_CALLBACK_DATA) -> PEPROCESS;

    /// `FltGetRequestorProcessId` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltGetRequestorProcessId(callback_data: PFLT_CALLBACK_DATA) -> ULONG;

    /// `FltGetRequestorProcessIdEx` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltGetRequestorProcessIdEx(callback_data: PFLT_CALLBACK_DATA) -> HANDLE;

    /// `FltGetRequestorSessionId` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltGetRequestorSessionId(
        callback_data: PFLT_CALLBACK_DATA,
        session_id: PULONG,
    ) -> NTSTATUS;

    /// `FltIsOperationSynchronous` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn FltIsOperationSynchronous(callback_data: PFLT_CALLBACK_DATA) -> BOOLEAN;

    /// `FltIs32bitProcess` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltIs32bitProcess(callback_data: PFLT_CALLBACK_DATA) -> BOOLEAN;

    /// `FltIsIoCanceled` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn FltIsIoCanceled(callback_data: PFLT_CALLBACK_DATA) -> BOOLEAN;

    /// `FltCancelIo` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltCancelIo(callback_data: PFLT_CALLBACK_DATA) -> BOOLEAN;

    /// `FltSetCancelCompletion` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltSetCancelCompletion(
        callback_data: PFLT_CALLBACK_DATA,
        canceled_callback: PFLT_COMPLETE_CANCELED_CALLBACK,
    ) -> NTSTATUS;

    /// `FltClearCancelCompletion` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltClearCancelCompletion(callback_data: PFLT_CALLBACK_DATA) -> NTSTATUS;

    /// `FltLockUserBuffer` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltLockUserBuffer(callback_data: PFLT_CALLBACK_DATA) -> NTSTATUS;

    /// `FltDecodeParameters` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn FltDecodeParameters(
        callback_data: PFLT_CALLBACK_DATA,
        mdl_address_pointer: *mut *mut PMDL,
        buffer: *mut *mut PVOID,
        length: *mut PULONG,
        desired_access: *mut LOCK_OPERATION,
    ) -> NTSTATUS;

    /// `FltGetSwappedBufferMdlAddress` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn FltGetSwappedBufferMdlAddress(callback_data: PFLT_CALLBACK_DATA) -> PMDL;

    /// `FltRetainSwappedBufferMdlAddress` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn FltRetainSwappedBufferMdlAddress(callback_data: PFLT_CALLBACK_DATA);

    /// `FltGetNewSystemBufferAddress` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltGetNewSystemBufferAddress(callback_data: PFLT_CALLBACK_DATA) -> PVOID;

    /// `FltGetIrpName` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn FltGetIrpName(irp_major_code: UCHAR) -> PCHAR;

    /// `FltGetCopyInformationFromCallbackData` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltGetCopyInformationFromCallbackData(
        data: PFLT_CALLBACK_DATA,
        copy_information: PCOPY_INFORMATION,
    ) -> NTSTATUS;

    /// `FltGetFsZeroingOffset` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltGetFsZeroingOffset(data: PFLT_CALLBACK_DATA, zeroing_offset: PULONG) -> NTSTATUS;

    /// `FltSetFsZeroingOffset` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltSetFsZeroingOffset(data: PFLT_CALLBACK_DATA, zeroing_offset: ULONG) -> NTSTATUS;

    /// `FltSetFsZeroingOffsetRequired` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltSetFsZeroingOffsetRequired(data: PFLT_CALLBACK_DATA) -> NTSTATUS;

    /// `FltGetActivityIdCallbackData` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltGetActivityIdCallbackData(
        callback_data: PFLT_CALLBACK_DATA,
        guid: LPGUID,
    ) -> NTSTATUS;

    /// `FltSetActivityIdCallbackData` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltSetActivityIdCallbackData(
        callback_data: PFLT_CALLBACK_DATA,
        guid: LPCGUID,
    ) -> NTSTATUS;

    /// `FltPropagateActivityIdToThread` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltPropagateActivityIdToThread(
        callback_data: PFLT_CALLBACK_DATA,
        propagate_id: LPGUID,
        original_id: *mut LPCGUID,
    ) -> NTSTATUS;

    /// `FltPropagateIrpExtension` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltPropagateIrpExtension(
        source_data: PFLT_CALLBACK_DATA,
        target_data: PFLT_CALLBACK_DATA,
        flags: ULONG,
    ) -> NTSTATUS;

    /// `FltGetIoAttributionHandleFromCallbackData` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltGetIoAttributionHandleFromCallbackData(data: PFLT_CALLBACK_DATA) -> PVOID;
}
