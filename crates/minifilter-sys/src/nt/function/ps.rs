//! Processes and threads.
#![allow(unsafe_code)] // imported functions

use crate::*;

#[cfg_attr(
    windows,
    link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `PsGetCurrentProcessId` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn PsGetCurrentProcessId() -> HANDLE;

    /// `PsGetCurrentThreadId` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn PsGetCurrentThreadId() -> HANDLE;

    /// `IoGetCurrentProcess` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn IoGetCurrentProcess() -> PEPROCESS;

    /// `PsGetProcessId` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn PsGetProcessId(process: PEPROCESS) -> HANDLE;

    /// `PsGetThreadId` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn PsGetThreadId(thread: PETHREAD) -> HANDLE;

    /// `PsGetThreadProcess` — callable at a level that its page leaves open.
    pub fn PsGetThreadProcess(thread: PETHREAD) -> PEPROCESS;

    /// `PsGetThreadProcessId` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn PsGetThreadProcessId(thread: PETHREAD) -> HANDLE;

    /// `PsGetProcessCreateTimeQuadPart` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn PsGetProcessCreateTimeQuadPart(process: PEPROCESS) -> LONGLONG;

    /// `PsGetProcessStartKey` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn PsGetProcessStartKey(process: PEPROCESS) -> ULONGLONG;

    /// `PsGetProcessExitStatus` — callable at IRQL ≤ APC_LEVEL.
    pub fn PsGetProcessExitStatus(process: PEPROCESS) -> NTSTATUS;

    /// `PsIsSystemThread` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn PsIsSystemThread(thread: PETHREAD) -> BOOLEAN;

    /// `PsIsThreadTerminating` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn PsIsThreadTerminating(thread: PETHREAD) -> BOOLEAN;

    /// `PsLookupProcessByProcessId` — callable at IRQL ≤ APC_LEVEL.
    pub fn PsLookupProcessByProcessId(process_id: HANDLE, process: *mut PEPROCESS) -> NTSTATUS;

    /// `PsLookupThreadByThreadId` — callable at IRQL ≤ APC_LEVEL.
    pub fn PsLookupThreadByThreadId(thread_id: HANDLE, thread: *mut PETHREAD) -> NTSTATUS;

    /// `PsCreateSystemThread` — callable at PASSIVE_LEVEL.
    pub fn PsCreateSystemThread(
        thread_handle: PHANDLE,
        desired_access: ULONG,
        object_attributes: POBJECT_ATTRIBUTES,
        process_handle: HANDLE,
        client_id: PCLIENT_ID,
        start_routine: PKSTART_ROUTINE,
        start_context: PVOID,
    ) -> NTSTATUS;

    /// `PsTerminateSystemThread` — callable at PASSIVE_LEVEL.
    pub fn PsTerminateSystemThread(exit_status: NTSTATUS) -> NTSTATUS;

    /// `PsSetCreateProcessNotifyRoutine` — callable at PASSIVE_LEVEL.
    pub fn PsSetCreateProcessNotifyRoutine(
        notify_routine: PCREATE_PROCESS_NOTIFY_ROUTINE,
        remove: BOOLEAN,
    ) -> NTSTATUS;

    /// `PsSetCreateProcessNotifyRoutineEx` — callable at PASSIVE_LEVEL.
    pub fn PsSetCreateProcessNotifyRoutineEx(
        notify_routine: PCREATE_PROCESS_NOTIFY_ROUTINE_EX,
        remove: BOOLEAN,
    ) -> NTSTATUS;

    /// `PsSetCreateThreadNotifyRoutine` — callable at PASSIVE_LEVEL.
    pub fn PsSetCreateThreadNotifyRoutine(
        notify_routine: PCREATE_THREAD_NOTIFY_ROUTINE,
    ) -> NTSTATUS;

    /// `PsRemoveCreateThreadNotifyRoutine` — callable at IRQL ≤ APC_LEVEL.
    pub fn PsRemoveCreateThreadNotifyRoutine(
        notify_routine: PCREATE_THREAD_NOTIFY_ROUTINE,
    ) -> NTSTATUS;

    /// `PsSetLoadImageNotifyRoutine` — callable at PASSIVE_LEVEL.
    pub fn PsSetLoadImageNotifyRoutine(notify_routine: PLOAD_IMAGE_NOTIFY_ROUTINE) -> NTSTATUS;

    /// `PsRemoveLoadImageNotifyRoutine` — callable at PASSIVE_LEVEL.
    pub fn PsRemoveLoadImageNotifyRoutine(notify_routine: PLOAD_IMAGE_NOTIFY_ROUTINE) -> NTSTATUS;

    /// `PsReferencePrimaryToken` — callable at PASSIVE_LEVEL.
    pub fn PsReferencePrimaryToken(process: PEPROCESS) -> PACCESS_TOKEN;

    /// `PsDereferencePrimaryToken` — callable at PASSIVE_LEVEL.
    pub fn PsDereferencePrimaryToken(primary_token: PACCESS_TOKEN);

    /// `PsReferenceImpersonationToken` — callable at PASSIVE_LEVEL.
    pub fn PsReferenceImpersonationToken(
        thread: PETHREAD,
        copy_on_open: PBOOLEAN,
        effective_only: PBOOLEAN,
        impersonation_level: *mut SECURITY_IMPERSONATION_LEVEL,
    ) -> PACCESS_TOKEN;

    /// `PsDereferenceImpersonationToken` — callable at PASSIVE_LEVEL.
    pub fn PsDereferenceImpersonationToken(impersonation_token: PACCESS_TOKEN);
}
