//! Resources and push locks.
#![allow(unsafe_code)] // imported functions

use crate::*;

#[cfg_attr(
    windows,
    link(name = "FLTMGR.SYS", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `FltAcquireResourceExclusive` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltAcquireResourceExclusive(resource: PERESOURCE);

    /// `FltAcquireResourceShared` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltAcquireResourceShared(resource: PERESOURCE);

    /// `FltReleaseResource` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn FltReleaseResource(resource: PERESOURCE);

    /// `FltInitializePushLock` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltInitializePushLock(push_lock: PEX_PUSH_LOCK);

    /// `FltDeletePushLock` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltDeletePushLock(push_lock: PEX_PUSH_LOCK);

    /// `FltAcquirePushLockExclusive` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltAcquirePushLockExclusive(push_lock: PEX_PUSH_LOCK);

    /// `FltAcquirePushLockExclusiveEx` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltAcquirePushLockExclusiveEx(push_lock: PEX_PUSH_LOCK, flags: ULONG);

    /// `FltAcquirePushLockShared` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltAcquirePushLockShared(push_lock: PEX_PUSH_LOCK);

    /// `FltAcquirePushLockSharedEx` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltAcquirePushLockSharedEx(push_lock: PEX_PUSH_LOCK, flags: ULONG);

    /// `FltReleasePushLock` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltReleasePushLock(push_lock: PEX_PUSH_LOCK);

    /// `FltReleasePushLockEx` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltReleasePushLockEx(push_lock: PEX_PUSH_LOCK, flags: ULONG);

    /// `FltCancellableWaitForSingleObject` — callable at PASSIVE_LEVEL.
    pub fn FltCancellableWaitForSingleObject(
        object: PVOID,
        timeout: PLARGE_INTEGER,
        callback_data: PFLT_CALLBACK_DATA,
    ) -> NTSTATUS;

    /// `FltCancellableWaitForMultipleObjects` — callable at PASSIVE_LEVEL.
    pub fn FltCancellableWaitForMultipleObjects(
        count: ULONG,
        object_array: *mut PVOID,
        wait_type: WAIT_TYPE,
        timeout: PLARGE_INTEGER,
        wait_block_array: PKWAIT_BLOCK,
        callback_data: PFLT_CALLBACK_DATA,
    ) -> NTSTATUS;
}
