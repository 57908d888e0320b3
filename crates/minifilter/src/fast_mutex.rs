#![allow(unsafe_code)] // ExAcquireFastMutex

//! [`FastMutex`]: data touched at APC_LEVEL, inside a closure.

use core::cell::UnsafeCell;

use minifilter_sys::{FAST_MUTEX, LONG, SynchronizationEvent};

use crate::ddi;
use crate::irql::{Apc, ApcState, ApcsOff, AtMost, Held, Irql, WaitState};
use crate::pool::{Box, PoolTag};
use crate::status::Result;

/// `FM_LOCK_BIT` — the count of a fast mutex that nobody holds.
const FM_LOCK_BIT: LONG = 1;

/// `FAST_MUTEX` — owns data that one thread at a time touches, at APC_LEVEL.
///
/// Not recursive: taking it again inside its own closure waits for ever. Mutex and data live in a nonpaged block, since the
/// event in a fast mutex must not move.
///
/// # Invariants
/// The mutex was initialised in its final place; `data` is touched only between acquire and release.
pub struct FastMutex<T> {
    inner: Box<Inner<T>>,
}

struct Inner<T> {
    mutex: UnsafeCell<FAST_MUTEX>,
    data: UnsafeCell<T>,
}

// SAFETY: the mutex lets one thread at a time at the data, and whoever holds it may drop or replace the data: `T: Send`.
unsafe impl<T: Send> Sync for Inner<T> {}
// SAFETY: the block owns its data; a fast mutex that nobody holds may be freed on any thread at IRQL ≤ DISPATCH_LEVEL.
unsafe impl<T: Send> Send for Inner<T> {}

impl<T: Send> FastMutex<T> {
    /// `ExInitializeFastMutex` — a mutex around `data`. IRQL ≤ DISPATCH_LEVEL.
    ///
    /// The routine is inline in the kernel headers: a count of `FM_LOCK_BIT`, no owner, a synchronization event not signalled.
    ///
    /// # Errors
    /// `STATUS_INSUFFICIENT_RESOURCES`; `data` is dropped then.
    pub fn try_new(
        data: T,
        tag: PoolTag,
        irql: &Irql<'_, impl AtMost<crate::irql::Dispatch>, impl ApcState, impl WaitState>,
    ) -> Result<Self> {
        // SAFETY: all zero is a value of every field of the plain C structure.
        let mut mutex = unsafe { core::mem::zeroed::<FAST_MUTEX>() };
        mutex.Count = FM_LOCK_BIT;
        let inner = Box::try_new(
            Inner {
                mutex: UnsafeCell::new(mutex),
                data: UnsafeCell::new(data),
            },
            tag,
            irql,
        )?;
        // SAFETY: the mutex is in its final, nonpaged place.
        let event = unsafe { &raw mut (*inner.mutex.get()).Event };
        // SAFETY: the event is nonpaged, in its final place, and nobody waits on it yet.
        unsafe { ddi::KeInitializeEvent(irql, event, SynchronizationEvent, 0) };
        Ok(Self { inner })
    }

    /// `ExAcquireFastMutex` — runs `f` with the data at APC_LEVEL, then `ExReleaseFastMutex`. IRQL ≤ APC_LEVEL.
    ///
    /// `f` and its result are `Send`, as for [`Irql::raise`].
    pub fn with<F, R>(
        &self,
        irql: &Irql<'_, impl AtMost<Apc>, impl ApcState, impl WaitState>,
        f: F,
    ) -> R
    where
        F: for<'r> FnOnce(&mut T, &mut Irql<'r, Apc, ApcsOff, Held>) -> R + Send,
        R: Send,
    {
        // SAFETY: the mutex is initialised (type invariant), nonpaged, and the level is ≤ APC_LEVEL.
        unsafe { ddi::ExAcquireFastMutex(irql, self.inner.mutex.get()) };
        // SAFETY: the level is APC_LEVEL until the release below, which the token cannot outlive.
        let mut raised = unsafe { Irql::<Apc, ApcsOff, Held>::assume() };
        // SAFETY: the mutex is held (type invariant).
        let data = unsafe { &mut *self.inner.data.get() };
        let result = f(data, &mut raised);
        // SAFETY: acquired above on this thread, and the level is APC_LEVEL as the release demands.
        unsafe { ddi::ExReleaseFastMutex(&raised, self.inner.mutex.get()) };
        result
    }
}
