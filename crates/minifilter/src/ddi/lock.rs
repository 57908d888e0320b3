#![allow(unsafe_code)] // the kernel's functions

//! Resources, push locks, fast mutexes, spin locks.

use minifilter_sys::{
    BOOLEAN, KIRQL, NTSTATUS, PERESOURCE, PEX_PUSH_LOCK, PFAST_MUTEX, PKSPIN_LOCK, ULONG,
};

ddi! {
    ExInitializeResourceLite <= Dispatch: fn(resource: PERESOURCE) -> NTSTATUS;
    ExDeleteResourceLite <= Apc: fn(resource: PERESOURCE) -> NTSTATUS;
    ExConvertExclusiveToSharedLite <= Apc: fn(resource: PERESOURCE);
    ExIsResourceAcquiredSharedLite <= Dispatch: fn(resource: PERESOURCE) -> ULONG;
    ExIsResourceAcquiredExclusiveLite <= Dispatch: fn(resource: PERESOURCE) -> BOOLEAN;
    ExAcquireResourceSharedLite <= Apc, ApcsDisabled: fn(resource: PERESOURCE, wait: BOOLEAN) -> BOOLEAN;
    ExAcquireResourceExclusiveLite <= Apc, ApcsDisabled: fn(resource: PERESOURCE, wait: BOOLEAN) -> BOOLEAN;
    ExReleaseResourceLite <= Dispatch, ApcsDisabled: fn(resource: PERESOURCE);
    FltAcquireResourceExclusive <= Apc: fn(resource: PERESOURCE);
    FltAcquireResourceShared <= Apc: fn(resource: PERESOURCE);
    FltReleaseResource <= Dispatch: fn(resource: PERESOURCE);
    FltInitializePushLock <= Apc: fn(lock: PEX_PUSH_LOCK);
    FltDeletePushLock <= Apc: fn(lock: PEX_PUSH_LOCK);
    FltAcquirePushLockExclusive <= Apc: fn(lock: PEX_PUSH_LOCK);
    FltAcquirePushLockShared <= Apc: fn(lock: PEX_PUSH_LOCK);
    FltReleasePushLock <= Apc: fn(lock: PEX_PUSH_LOCK);
    ExAcquireFastMutex <= Apc: fn(mutex: PFAST_MUTEX);
    ExReleaseFastMutex <= Apc: fn(mutex: PFAST_MUTEX);
    KeAcquireSpinLockRaiseToDpc <= Dispatch: fn(lock: PKSPIN_LOCK) -> KIRQL;
    KeReleaseSpinLock <= Dispatch: fn(lock: PKSPIN_LOCK, old: KIRQL);
}
