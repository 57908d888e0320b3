#![allow(unsafe_code)] // FltAcquirePushLock*

//! [`PushLock`]: data under a small reader-writer lock.

use core::cell::UnsafeCell;
use core::marker::PhantomData;
use core::ops::{Deref, DerefMut};

use minifilter_sys::EX_PUSH_LOCK;

use crate::ddi;
use crate::irql::{Apc, ApcState, ApcsUnknown, AtMost, GuardOfThisLevel, Held, Irql, WaitState};
use crate::parked::{AnyThread, Parked};
use crate::pool::PoolTag;
use crate::status::Result;

/// `EX_PUSH_LOCK` — owns data that many threads read or one writes, at IRQL ≤ APC_LEVEL.
///
/// Not recursive: taking it twice on one thread waits for ever.
///
/// # Drop
/// `FltDeletePushLock` at IRQL ≤ APC_LEVEL, at once or later: see [`Parked`].
///
/// # Invariants
/// The lock was initialised in its final place; `data` is touched only while it is held.
pub struct PushLock<T: Send + Sync + 'static> {
    inner: Parked<Inner<T>>,
}

struct Inner<T> {
    lock: UnsafeCell<EX_PUSH_LOCK>,
    data: UnsafeCell<T>,
}

// SAFETY: readers share `&T` (`Sync`), the one writer may drop or replace the data (`Send`).
unsafe impl<T: Send + Sync> Sync for Inner<T> {}
// SAFETY: an unheld push lock may be deleted on any thread at IRQL ≤ APC_LEVEL.
unsafe impl<T: Send + Sync + 'static> AnyThread for Inner<T> {}

impl<T> Drop for Inner<T> {
    fn drop(&mut self) {
        // SAFETY: `Parked` drops its value at IRQL ≤ APC_LEVEL.
        let irql = unsafe { ddi::at_drop::<Apc>() };
        // SAFETY: initialised by `try_new`, and nobody holds it: guards borrow it.
        unsafe { ddi::FltDeletePushLock(&irql, self.lock.get()) };
    }
}

impl<T: Send + Sync + 'static> PushLock<T> {
    /// `FltInitializePushLock` — a lock around `data`. IRQL ≤ APC_LEVEL.
    ///
    /// # Errors
    /// `STATUS_INSUFFICIENT_RESOURCES`; `data` is dropped then.
    pub fn try_new(
        data: T,
        tag: PoolTag,
        irql: &Irql<'_, impl AtMost<Apc>, impl ApcState, impl WaitState>,
    ) -> Result<Self> {
        let inner = Inner {
            lock: UnsafeCell::new(EX_PUSH_LOCK::default()),
            data: UnsafeCell::new(data),
        };
        let inner = Parked::new(inner, tag, irql)?;
        // SAFETY: the lock is in its final place and not in use yet.
        unsafe { ddi::FltInitializePushLock(irql, inner.value().lock.get()) };
        Ok(Self { inner })
    }

    /// `FltAcquirePushLockShared` — waits until no thread writes, and turns normal kernel APCs off. IRQL ≤ APC_LEVEL.
    ///
    /// The token is borrowed until the guard is dropped; the narrower one beside the guard is for what is done meanwhile.
    pub fn shared<'a, L: AtMost<Apc>>(
        &'a self,
        irql: &'a mut Irql<'_, L, impl ApcState, impl WaitState>,
    ) -> (PushLockSharedGuard<'a, T>, Irql<'a, L, ApcsUnknown, Held>) {
        let inner = self.inner.value();
        // SAFETY: initialised (type invariant); the level is ≤ APC_LEVEL.
        unsafe { ddi::FltAcquirePushLockShared(irql, inner.lock.get()) };
        // SAFETY: the level is what it was, and the two other states claim nothing.
        let narrower = unsafe { Irql::assume() };
        (
            PushLockSharedGuard {
                inner,
                _thread: PhantomData,
            },
            narrower,
        )
    }

    /// `FltAcquirePushLockExclusive` — waits until no other thread reads or writes, and turns normal kernel APCs off. IRQL ≤ APC_LEVEL.
    ///
    /// The token is borrowed until the guard is dropped; the narrower one beside the guard is for what is done meanwhile.
    pub fn exclusive<'a, L: AtMost<Apc>>(
        &'a self,
        irql: &'a mut Irql<'_, L, impl ApcState, impl WaitState>,
    ) -> (
        PushLockExclusiveGuard<'a, T>,
        Irql<'a, L, ApcsUnknown, Held>,
    ) {
        let inner = self.inner.value();
        // SAFETY: initialised (type invariant); the level is ≤ APC_LEVEL.
        unsafe { ddi::FltAcquirePushLockExclusive(irql, inner.lock.get()) };
        // SAFETY: the level is what it was, and the two other states claim nothing.
        let narrower = unsafe { Irql::assume() };
        (
            PushLockExclusiveGuard {
                inner,
                _thread: PhantomData,
            },
            narrower,
        )
    }
}

/// Read access to the data of a [`PushLock`].
///
/// # Drop
/// `FltReleasePushLock`, on the acquiring thread, at IRQL ≤ APC_LEVEL: the guard is not `Send`.
#[must_use = "dropping the guard releases the lock"]
pub struct PushLockSharedGuard<'a, T> {
    inner: &'a Inner<T>,
    _thread: PhantomData<(&'a mut (), *mut GuardOfThisLevel)>,
}

// SAFETY: a shared guard gives out `&T` only.
unsafe impl<T: Send + Sync> Sync for PushLockSharedGuard<'_, T> {}

impl<T> Deref for PushLockSharedGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the lock is held shared (type invariant of `PushLock`).
        unsafe { &*self.inner.data.get() }
    }
}

impl<T> Drop for PushLockSharedGuard<'_, T> {
    fn drop(&mut self) {
        release(self.inner);
    }
}

/// Write access to the data of a [`PushLock`].
///
/// # Drop
/// `FltReleasePushLock`, on the acquiring thread, at IRQL ≤ APC_LEVEL: the guard is not `Send`.
#[must_use = "dropping the guard releases the lock"]
pub struct PushLockExclusiveGuard<'a, T> {
    inner: &'a Inner<T>,
    _thread: PhantomData<(&'a mut (), *mut GuardOfThisLevel)>,
}

// SAFETY: a shared reference to the guard gives out `&T` only.
unsafe impl<T: Send + Sync> Sync for PushLockExclusiveGuard<'_, T> {}

impl<T> Deref for PushLockExclusiveGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the lock is held exclusively (type invariant of `PushLock`).
        unsafe { &*self.inner.data.get() }
    }
}

impl<T> DerefMut for PushLockExclusiveGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the lock is held exclusively (type invariant of `PushLock`), and the guard is borrowed exclusively.
        unsafe { &mut *self.inner.data.get() }
    }
}

impl<T> Drop for PushLockExclusiveGuard<'_, T> {
    fn drop(&mut self) {
        release(self.inner);
    }
}

fn release<T>(inner: &Inner<T>) {
    // SAFETY: guards are not `Send` and were made at IRQL ≤ APC_LEVEL.
    let irql = unsafe { ddi::at_drop::<Apc>() };
    // SAFETY: the guard being dropped stands for one acquire of this thread.
    unsafe { ddi::FltReleasePushLock(&irql, inner.lock.get()) };
}
