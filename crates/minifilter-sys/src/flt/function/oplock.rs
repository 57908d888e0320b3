//! Oplocks and byte range locks.
#![allow(unsafe_code)] // imported functions

use crate::*;

#[cfg_attr(
    windows,
    link(name = "FLTMGR.SYS", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `FltInitializeOplock` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltInitializeOplock(oplock: POPLOCK);

    /// `FltUninitializeOplock` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltUninitializeOplock(oplock: POPLOCK);

    /// `FltCheckOplock` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltCheckOplock(
        oplock: POPLOCK,
        callback_data: PFLT_CALLBACK_DATA,
        context: PVOID,
        wait_completion_routine: PFLTOPLOCK_WAIT_COMPLETE_ROUTINE,
        pre_post_callback_data_routine: PFLTOPLOCK_PREPOST_CALLBACKDATA_ROUTINE,
    ) -> FLT_PREOP_CALLBACK_STATUS;

    /// `FltCheckOplockEx` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltCheckOplockEx(
        oplock: POPLOCK,
        callback_data: PFLT_CALLBACK_DATA,
        flags: ULONG,
        context: PVOID,
        wait_completion_routine: PFLTOPLOCK_WAIT_COMPLETE_ROUTINE,
        pre_post_callback_data_routine: PFLTOPLOCK_PREPOST_CALLBACKDATA_ROUTINE,
    ) -> FLT_PREOP_CALLBACK_STATUS;

    /// `FltCurrentOplock` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltCurrentOplock(oplock: POPLOCK) -> BOOLEAN;

    /// `FltCurrentOplockH` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltCurrentOplockH(oplock: POPLOCK) -> BOOLEAN;

    /// `FltCurrentBatchOplock` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltCurrentBatchOplock(oplock: POPLOCK) -> BOOLEAN;

    /// `FltOplockBreakH` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltOplockBreakH(
        oplock: POPLOCK,
        callback_data: PFLT_CALLBACK_DATA,
        flags: ULONG,
        context: PVOID,
        wait_completion_routine: PFLTOPLOCK_WAIT_COMPLETE_ROUTINE,
        pre_post_callback_data_routine: PFLTOPLOCK_PREPOST_CALLBACKDATA_ROUTINE,
    ) -> FLT_PREOP_CALLBACK_STATUS;

    /// `FltOplockBreakToNone` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltOplockBreakToNone(
        oplock: POPLOCK,
        callback_data: PFLT_CALLBACK_DATA,
        context: PVOID,
        wait_completion_routine: PFLTOPLOCK_WAIT_COMPLETE_ROUTINE,
        pre_post_callback_data_routine: PFLTOPLOCK_PREPOST_CALLBACKDATA_ROUTINE,
    ) -> FLT_PREOP_CALLBACK_STATUS;

    /// `FltOplockBreakToNoneEx` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltOplockBreakToNoneEx(
        oplock: POPLOCK,
        callback_data: PFLT_CALLBACK_DATA,
        flags: ULONG,
        context: PVOID,
        wait_completion_routine: PFLTOPLOCK_WAIT_COMPLETE_ROUTINE,
        pre_post_callback_data_routine: PFLTOPLOCK_PREPOST_CALLBACKDATA_ROUTINE,
    ) -> FLT_PREOP_CALLBACK_STATUS;

    /// `FltOplockFsctrl` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltOplockFsctrl(
        oplock: POPLOCK,
        callback_data: PFLT_CALLBACK_DATA,
        open_count: ULONG,
    ) -> FLT_PREOP_CALLBACK_STATUS;

    /// `FltOplockFsctrlEx` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltOplockFsctrlEx(
        oplock: POPLOCK,
        callback_data: PFLT_CALLBACK_DATA,
        open_count: ULONG,
        flags: ULONG,
    ) -> FLT_PREOP_CALLBACK_STATUS;

    /// `FltOplockIsFastIoPossible` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltOplockIsFastIoPossible(oplock: POPLOCK) -> BOOLEAN;

    /// `FltOplockIsSharedRequest` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltOplockIsSharedRequest(callback_data: PFLT_CALLBACK_DATA) -> BOOLEAN;

    /// `FltOplockKeysEqual` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltOplockKeysEqual(fo1: PFILE_OBJECT, fo2: PFILE_OBJECT) -> BOOLEAN;

    /// `FltAllocateFileLock` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltAllocateFileLock(
        complete_lock_callback_data_routine: PFLT_COMPLETE_LOCK_CALLBACK_DATA_ROUTINE,
        unlock_routine: PUNLOCK_ROUTINE,
    ) -> PFILE_LOCK;

    /// `FltFreeFileLock` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltFreeFileLock(file_lock: PFILE_LOCK);

    /// `FltInitializeFileLock` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltInitializeFileLock(file_lock: PFILE_LOCK);

    /// `FltUninitializeFileLock` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltUninitializeFileLock(file_lock: PFILE_LOCK);

    /// `FltProcessFileLock` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltProcessFileLock(
        file_lock: PFILE_LOCK,
        callback_data: PFLT_CALLBACK_DATA,
        context: PVOID,
    ) -> FLT_PREOP_CALLBACK_STATUS;

    /// `FltCheckLockForReadAccess` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltCheckLockForReadAccess(
        file_lock: PFILE_LOCK,
        callback_data: PFLT_CALLBACK_DATA,
    ) -> BOOLEAN;

    /// `FltCheckLockForWriteAccess` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltCheckLockForWriteAccess(
        file_lock: PFILE_LOCK,
        callback_data: PFLT_CALLBACK_DATA,
    ) -> BOOLEAN;
}
