//! FltProcessFileLock and its kin — byte-range locks that filters keep.
#![allow(unsafe_code)] // exported functions believe the driver's pointers, so they are unsafe to call

use std::ffi::c_void;

use minifilter_sys::*;

use crate::export;
use crate::model::callback::{LockCompletion, Unlock};
use crate::model::file_lock::{self, Routines};
use crate::model::operation::find;

/// Whether the locks let an operation under way have its bytes.
fn allows(lock: usize, data: PFLT_CALLBACK_DATA, write: bool) -> BOOLEAN {
    find(data)
        .is_some_and(|operation| file_lock::allows(lock, operation, write))
        .into()
}

export! { Dll::FltMgr;
    /// `FltAllocateFileLock` — a FILE_LOCK in paged pool, with the routines that are told.
    fn FltAllocateFileLock(complete: Option<LockCompletion>, unlock: Option<Unlock>) -> *mut c_void {
        file_lock::allocate(Routines { complete, unlock })
    }
    /// `FltFreeFileLock` — takes it back with all its locks.
    fn FltFreeFileLock(lock: usize) {
        file_lock::free(lock);
    }
    /// `FltInitializeFileLock` — the same in memory of the driver's, without routines.
    fn FltInitializeFileLock(lock: usize) {
        file_lock::initialize(lock);
    }
    /// `FltUninitializeFileLock` — every lock goes.
    fn FltUninitializeFileLock(lock: usize) {
        file_lock::uninitialize(lock);
    }
    /// `FltProcessFileLock` — carries out a lock operation.
    fn FltProcessFileLock(lock: usize, data: PFLT_CALLBACK_DATA, context: usize) -> FLT_PREOP_CALLBACK_STATUS {
        find(data).map_or(FLT_PREOP_COMPLETE, |operation| file_lock::process(lock, operation, context))
    }
    /// `FltCheckLockForReadAccess` — whether the locks let a read have its bytes.
    fn FltCheckLockForReadAccess(lock: usize, data: PFLT_CALLBACK_DATA) -> BOOLEAN {
        allows(lock, data, false)
    }
    /// `FltCheckLockForWriteAccess` — whether they let a write have them.
    fn FltCheckLockForWriteAccess(lock: usize, data: PFLT_CALLBACK_DATA) -> BOOLEAN {
        allows(lock, data, true)
    }
}

#[cfg(test)]
mod tests;
