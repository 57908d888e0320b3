//! Leaves the critical region before it releases the push lock.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(load: load);

static LOCK: Global<EX_PUSH_LOCK> = Global::zeroed();

unsafe fn load() -> NTSTATUS {
    let lock = LOCK.at();
    FltInitializePushLock(lock);
    KeEnterCriticalRegion();
    ExAcquirePushLockExclusiveEx(lock, 0);
    if CORRECTED {
        ExReleasePushLockExclusiveEx(lock, 0);
        KeLeaveCriticalRegion();
    } else {
        KeLeaveCriticalRegion();
        ExReleasePushLockExclusiveEx(lock, 0);
    }
    STATUS_SUCCESS
}
