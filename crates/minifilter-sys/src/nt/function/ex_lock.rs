//! Fast mutexes, guarded mutexes and push locks.
#![allow(unsafe_code)] // imported functions

use crate::*;

#[cfg_attr(
    windows,
    link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `ExAcquireFastMutex` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExAcquireFastMutex(fast_mutex: PFAST_MUTEX);

    /// `ExAcquireFastMutexUnsafe` — callable at APC_LEVEL.
    pub fn ExAcquireFastMutexUnsafe(fast_mutex: PFAST_MUTEX);

    /// `ExReleaseFastMutex` — callable at APC_LEVEL.
    pub fn ExReleaseFastMutex(fast_mutex: PFAST_MUTEX);

    /// `ExReleaseFastMutexUnsafe` — callable at APC_LEVEL.
    pub fn ExReleaseFastMutexUnsafe(fast_mutex: PFAST_MUTEX);

    /// `ExTryToAcquireFastMutex` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExTryToAcquireFastMutex(fast_mutex: PFAST_MUTEX) -> BOOLEAN;

    /// `KeInitializeGuardedMutex` — callable at IRQL ≤ APC_LEVEL.
    pub fn KeInitializeGuardedMutex(mutex: PKGUARDED_MUTEX);

    /// `KeAcquireGuardedMutex` — callable at IRQL ≤ APC_LEVEL.
    pub fn KeAcquireGuardedMutex(mutex: PKGUARDED_MUTEX);

    /// `KeAcquireGuardedMutexUnsafe` — callable at IRQL ≤ APC_LEVEL.
    pub fn KeAcquireGuardedMutexUnsafe(mutex: PKGUARDED_MUTEX);

    /// `KeReleaseGuardedMutex` — callable at IRQL ≤ APC_LEVEL.
    pub fn KeReleaseGuardedMutex(mutex: PKGUARDED_MUTEX);

    /// `KeReleaseGuardedMutexUnsafe` — callable at IRQL ≤ APC_LEVEL.
    pub fn KeReleaseGuardedMutexUnsafe(mutex: PKGUARDED_MUTEX);

    /// `KeTryToAcquireGuardedMutex` — callable at IRQL ≤ APC_LEVEL.
    pub fn KeTryToAcquireGuardedMutex(mutex: PKGUARDED_MUTEX) -> BOOLEAN;

    /// `ExInitializePushLock` — callable at a level that its page leaves open.
    pub fn ExInitializePushLock(push_lock: PEX_PUSH_LOCK);

    /// `ExAcquirePushLockExclusiveEx` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExAcquirePushLockExclusiveEx(push_lock: PEX_PUSH_LOCK, flags: ULONG);

    /// `ExAcquirePushLockSharedEx` — callable at IRQL ≤ APC_LEVEL.
    pub fn ExAcquirePushLockSharedEx(push_lock: PEX_PUSH_LOCK, flags: ULONG);

    /// `ExReleasePushLockExclusiveEx` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn ExReleasePushLockExclusiveEx(push_lock: PEX_PUSH_LOCK, flags: ULONG);

    /// `ExReleasePushLockSharedEx` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn ExReleasePushLockSharedEx(push_lock: PEX_PUSH_LOCK, flags: ULONG);
}
