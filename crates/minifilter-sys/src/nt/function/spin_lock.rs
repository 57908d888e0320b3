//! Spin locks.
#![allow(unsafe_code)] // imported functions

use crate::*;

#[cfg_attr(
    windows,
    link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `KeInitializeSpinLock` — callable at IRQL ≤ HIGH_LEVEL.
    pub fn KeInitializeSpinLock(spin_lock: PKSPIN_LOCK);

    /// `KeAcquireSpinLockRaiseToDpc` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn KeAcquireSpinLockRaiseToDpc(spin_lock: PKSPIN_LOCK) -> KIRQL;

    /// `KeReleaseSpinLock` — callable at DISPATCH_LEVEL.
    pub fn KeReleaseSpinLock(spin_lock: PKSPIN_LOCK, new_irql: KIRQL);

    /// `KeAcquireSpinLockAtDpcLevel` — callable at IRQL ≥ DISPATCH_LEVEL.
    pub fn KeAcquireSpinLockAtDpcLevel(spin_lock: PKSPIN_LOCK);

    /// `KeReleaseSpinLockFromDpcLevel` — callable at DISPATCH_LEVEL.
    pub fn KeReleaseSpinLockFromDpcLevel(spin_lock: PKSPIN_LOCK);

    /// `KeTryToAcquireSpinLockAtDpcLevel` — callable at DISPATCH_LEVEL.
    pub fn KeTryToAcquireSpinLockAtDpcLevel(spin_lock: PKSPIN_LOCK) -> BOOLEAN;

    /// `KeTestSpinLock` — callable at a level that its page leaves open.
    pub fn KeTestSpinLock(spin_lock: PKSPIN_LOCK) -> BOOLEAN;

    /// `KeAcquireInStackQueuedSpinLock` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn KeAcquireInStackQueuedSpinLock(spin_lock: PKSPIN_LOCK, lock_handle: PKLOCK_QUEUE_HANDLE);

    /// `KeReleaseInStackQueuedSpinLock` — callable at DISPATCH_LEVEL.
    pub fn KeReleaseInStackQueuedSpinLock(lock_handle: PKLOCK_QUEUE_HANDLE);

    /// `KeAcquireInStackQueuedSpinLockAtDpcLevel` — callable at IRQL ≥ DISPATCH_LEVEL.
    pub fn KeAcquireInStackQueuedSpinLockAtDpcLevel(
        spin_lock: PKSPIN_LOCK,
        lock_handle: PKLOCK_QUEUE_HANDLE,
    );

    /// `KeReleaseInStackQueuedSpinLockFromDpcLevel` — callable at DISPATCH_LEVEL.
    pub fn KeReleaseInStackQueuedSpinLockFromDpcLevel(lock_handle: PKLOCK_QUEUE_HANDLE);

    /// `ExAcquireSpinLockShared` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn ExAcquireSpinLockShared(spin_lock: PEX_SPIN_LOCK) -> KIRQL;

    /// `ExReleaseSpinLockShared` — callable at DISPATCH_LEVEL.
    pub fn ExReleaseSpinLockShared(spin_lock: PEX_SPIN_LOCK, old_irql: KIRQL);

    /// `ExAcquireSpinLockExclusive` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn ExAcquireSpinLockExclusive(spin_lock: PEX_SPIN_LOCK) -> KIRQL;

    /// `ExReleaseSpinLockExclusive` — callable at DISPATCH_LEVEL.
    pub fn ExReleaseSpinLockExclusive(spin_lock: PEX_SPIN_LOCK, old_irql: KIRQL);

    /// `ExAcquireSpinLockSharedAtDpcLevel` — callable at IRQL ≥ DISPATCH_LEVEL.
    pub fn ExAcquireSpinLockSharedAtDpcLevel(spin_lock: PEX_SPIN_LOCK);

    /// `ExReleaseSpinLockSharedFromDpcLevel` — callable at IRQL ≥ DISPATCH_LEVEL.
    pub fn ExReleaseSpinLockSharedFromDpcLevel(spin_lock: PEX_SPIN_LOCK);

    /// `ExAcquireSpinLockExclusiveAtDpcLevel` — callable at IRQL ≥ DISPATCH_LEVEL.
    pub fn ExAcquireSpinLockExclusiveAtDpcLevel(spin_lock: PEX_SPIN_LOCK);

    /// `ExReleaseSpinLockExclusiveFromDpcLevel` — callable at IRQL ≥ DISPATCH_LEVEL.
    pub fn ExReleaseSpinLockExclusiveFromDpcLevel(spin_lock: PEX_SPIN_LOCK);

    /// `ExTryConvertSharedSpinLockExclusive` — callable at DISPATCH_LEVEL.
    pub fn ExTryConvertSharedSpinLockExclusive(spin_lock: PEX_SPIN_LOCK) -> LOGICAL;

    /// `IoAcquireCancelSpinLock` — callable at IRQL ≤ DISPATCH_LEVEL.
    pub fn IoAcquireCancelSpinLock(irql: PKIRQL);

    /// `IoReleaseCancelSpinLock` — callable at DISPATCH_LEVEL.
    pub fn IoReleaseCancelSpinLock(irql: KIRQL);
}
