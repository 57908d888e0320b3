//! Releases a push lock that it does not hold.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(load: load);

static LOCK: Global<EX_PUSH_LOCK> = Global::zeroed();

unsafe fn load() -> NTSTATUS {
    let lock = LOCK.at();
    FltInitializePushLock(lock);
    if CORRECTED {
        FltAcquirePushLockExclusive(lock);
    } else {
        KeEnterCriticalRegion();
    }
    FltReleasePushLock(lock);
    STATUS_SUCCESS
}
