//! KeXxxSpinLockXxx, ExXxxSpinLockXxx — shims.
#![allow(unsafe_code)] // Windows calling convention

use minifilter_sys::{EX_SPIN_LOCK, KLOCK_QUEUE_HANDLE, KSPIN_LOCK};

use crate::export;
use crate::model::bounds::DISPATCH;
use crate::model::{irql, spin_lock};

type Lock = *mut KSPIN_LOCK;
type ExLock = *mut EX_SPIN_LOCK;
type Handle = *mut KLOCK_QUEUE_HANDLE;

fn queue(lock: Lock, handle: Handle, old: u8) {
    // SAFETY: the driver passes a KLOCK_QUEUE_HANDLE of its own for the time it holds the lock.
    let handle = unsafe { &mut *handle };
    handle.LockQueue.Lock = lock;
    handle.OldIrql = old;
    spin_lock::acquire(lock as usize);
}

/// Releases the lock of a queue handle; gives back the level to return to.
fn unqueue(handle: Handle) -> u8 {
    // SAFETY: the driver passes the handle of its acquire.
    let handle = unsafe { &*handle };
    spin_lock::release(handle.LockQueue.Lock as usize);
    handle.OldIrql
}

export! { Dll::Ntoskrnl;
    /// `KeInitializeSpinLock`
    fn KeInitializeSpinLock(lock: Lock) { spin_lock::initialize(lock as usize) }
    /// `KeAcquireSpinLockRaiseToDpc`
    fn KeAcquireSpinLockRaiseToDpc(lock: Lock) -> u8 {
        let old = irql::raise(DISPATCH);
        spin_lock::acquire(lock as usize);
        old
    }
    /// `KeReleaseSpinLock`
    fn KeReleaseSpinLock(lock: Lock, new: u8) {
        spin_lock::release(lock as usize);
        irql::lower(new);
    }
    /// `KeAcquireSpinLockAtDpcLevel`
    fn KeAcquireSpinLockAtDpcLevel(lock: Lock) { spin_lock::acquire(lock as usize) }
    /// `KeReleaseSpinLockFromDpcLevel`
    fn KeReleaseSpinLockFromDpcLevel(lock: Lock) { spin_lock::release(lock as usize) }
    /// `KeTryToAcquireSpinLockAtDpcLevel`
    fn KeTryToAcquireSpinLockAtDpcLevel(lock: Lock) -> u8 { u8::from(spin_lock::try_acquire(lock as usize)) }
    /// `KeTestSpinLock`
    fn KeTestSpinLock(lock: Lock) -> u8 { u8::from(spin_lock::is_free(lock as usize)) }
    /// `KeAcquireInStackQueuedSpinLock`
    fn KeAcquireInStackQueuedSpinLock(lock: Lock, handle: Handle) {
        let old = irql::raise(DISPATCH);
        queue(lock, handle, old);
    }
    /// `KeReleaseInStackQueuedSpinLock`
    fn KeReleaseInStackQueuedSpinLock(handle: Handle) { irql::lower(unqueue(handle)) }
    /// `KeAcquireInStackQueuedSpinLockAtDpcLevel`
    fn KeAcquireInStackQueuedSpinLockAtDpcLevel(lock: Lock, handle: Handle) { queue(lock, handle, DISPATCH) }
    /// `KeReleaseInStackQueuedSpinLockFromDpcLevel`
    fn KeReleaseInStackQueuedSpinLockFromDpcLevel(handle: Handle) {
        unqueue(handle);
    }
    /// `ExAcquireSpinLockExclusive`
    fn ExAcquireSpinLockExclusive(lock: ExLock) -> u8 {
        let old = irql::raise(DISPATCH);
        spin_lock::acquire_ex(lock as usize, true);
        old
    }
    /// `ExAcquireSpinLockShared`
    fn ExAcquireSpinLockShared(lock: ExLock) -> u8 {
        let old = irql::raise(DISPATCH);
        spin_lock::acquire_ex(lock as usize, false);
        old
    }
    /// `ExReleaseSpinLockExclusive`
    fn ExReleaseSpinLockExclusive(lock: ExLock, old: u8) {
        spin_lock::release_ex(lock as usize, true);
        irql::lower(old);
    }
    /// `ExReleaseSpinLockShared`
    fn ExReleaseSpinLockShared(lock: ExLock, old: u8) {
        spin_lock::release_ex(lock as usize, false);
        irql::lower(old);
    }
    /// `ExAcquireSpinLockExclusiveAtDpcLevel`
    fn ExAcquireSpinLockExclusiveAtDpcLevel(lock: ExLock) { spin_lock::acquire_ex(lock as usize, true) }
    /// `ExAcquireSpinLockSharedAtDpcLevel`
    fn ExAcquireSpinLockSharedAtDpcLevel(lock: ExLock) { spin_lock::acquire_ex(lock as usize, false) }
    /// `ExReleaseSpinLockExclusiveFromDpcLevel`
    fn ExReleaseSpinLockExclusiveFromDpcLevel(lock: ExLock) { spin_lock::release_ex(lock as usize, true) }
    /// `ExReleaseSpinLockSharedFromDpcLevel`
    fn ExReleaseSpinLockSharedFromDpcLevel(lock: ExLock) { spin_lock::release_ex(lock as usize, false) }
    /// `ExTryAcquireSpinLockExclusiveAtDpcLevel`
    fn ExTryAcquireSpinLockExclusiveAtDpcLevel(lock: ExLock) -> u32 {
        u32::from(spin_lock::try_acquire_ex(lock as usize, true))
    }
    /// `ExTryAcquireSpinLockSharedAtDpcLevel`
    fn ExTryAcquireSpinLockSharedAtDpcLevel(lock: ExLock) -> u32 {
        u32::from(spin_lock::try_acquire_ex(lock as usize, false))
    }
}
