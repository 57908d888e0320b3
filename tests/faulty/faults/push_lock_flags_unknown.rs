//! Passes flags to a push lock that do not exist.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(load: load);

static LOCK: Global<EX_PUSH_LOCK> = Global::zeroed();

unsafe fn load() -> NTSTATUS {
    let lock = LOCK.at();
    FltInitializePushLock(lock);
    FltAcquirePushLockExclusiveEx(lock, if CORRECTED { 0 } else { 0x80 });
    FltReleasePushLock(lock);
    STATUS_SUCCESS
}
