#![allow(unsafe_code)] // KeAcquireSpinLockRaiseToDpc

//! [`SpinLock`]: data touched at DISPATCH_LEVEL, inside a closure.

use core::cell::UnsafeCell;

use minifilter_sys::KSPIN_LOCK;

use crate::ddi;
use crate::irql::{ApcState, ApcsOff, AtMost, Dispatch, Held, Irql, WaitState};

/// `KSPIN_LOCK` — owns data that one processor at a time touches, at DISPATCH_LEVEL.
///
/// Not recursive: taking it again inside its own closure spins for ever. It lies wherever its owner lies, which must be
/// nonpaged memory: a static, a nonpaged box, a nonpaged context.
///
/// # Invariants
/// `data` is touched only between acquire and release of `lock`.
pub struct SpinLock<T> {
    lock: UnsafeCell<KSPIN_LOCK>,
    data: UnsafeCell<T>,
}

// SAFETY: the lock lets one thread at a time at the data, and whoever holds it may drop or replace the data: hence `T: Send`.
unsafe impl<T: Send> Sync for SpinLock<T> {}
// SAFETY: the lock owns its data, and dropping a KSPIN_LOCK needs nothing.
unsafe impl<T: Send> Send for SpinLock<T> {}

impl<T: Send> SpinLock<T> {
    /// `KeInitializeSpinLock` — a lock around `data`. The routine only writes zero, so it is written here. Any IRQL.
    pub const fn new(data: T) -> Self {
        Self {
            lock: UnsafeCell::new(0),
            data: UnsafeCell::new(data),
        }
    }

    /// `KeAcquireSpinLockRaiseToDpc` — runs `f` with the data at DISPATCH_LEVEL, then `KeReleaseSpinLock`. IRQL ≤ DISPATCH_LEVEL.
    ///
    /// `f` and its result are `Send`, as for [`Irql::raise`].
    pub fn with<F, R>(
        &self,
        irql: &Irql<'_, impl AtMost<Dispatch>, impl ApcState, impl WaitState>,
        f: F,
    ) -> R
    where
        F: for<'r> FnOnce(&mut T, &mut Irql<'r, Dispatch, ApcsOff, Held>) -> R + Send,
        R: Send,
    {
        // SAFETY: the lock was initialised by `new`, and the level is ≤ DISPATCH_LEVEL.
        let old = unsafe { ddi::KeAcquireSpinLockRaiseToDpc(irql, self.lock.get()) };
        // SAFETY: the level is DISPATCH_LEVEL until the release below, which the token cannot outlive.
        let mut raised = unsafe { Irql::<Dispatch, ApcsOff, Held>::assume() };
        // SAFETY: the lock is held (type invariant).
        let data = unsafe { &mut *self.data.get() };
        let result = f(data, &mut raised);
        // SAFETY: acquired above on this processor; `old` is what the acquire returned.
        unsafe { ddi::KeReleaseSpinLock(&raised, self.lock.get(), old) };
        result
    }

    /// The data, which an exclusive borrow reaches without the lock. Any IRQL.
    pub const fn get_mut(&mut self) -> &mut T {
        self.data.get_mut()
    }
}
