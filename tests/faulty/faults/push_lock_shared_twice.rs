//! Acquires a push lock shared that the same thread holds shared.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(load: load);

static LOCK: Global<EX_PUSH_LOCK> = Global::zeroed();

unsafe fn load() -> NTSTATUS {
    let lock = LOCK.at();
    FltInitializePushLock(lock);
    FltAcquirePushLockShared(lock);
    if !CORRECTED {
        FltAcquirePushLockShared(lock);
        FltReleasePushLock(lock);
    }
    FltReleasePushLock(lock);
    STATUS_SUCCESS
}
