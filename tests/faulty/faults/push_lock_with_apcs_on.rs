//! Acquires a push lock outside every critical region.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(load: load);

static LOCK: Global<EX_PUSH_LOCK> = Global::zeroed();

unsafe fn load() -> NTSTATUS {
    let lock = LOCK.at();
    FltInitializePushLock(lock);
    if CORRECTED {
        KeEnterCriticalRegion();
    }
    ExAcquirePushLockExclusiveEx(lock, 0);
    if !CORRECTED {
        KeEnterCriticalRegion();
    }
    ExReleasePushLockExclusiveEx(lock, 0);
    KeLeaveCriticalRegion();
    STATUS_SUCCESS
}
