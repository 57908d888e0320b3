#![allow(unsafe_code)] // KEVENT

//! [`Event`]: threads wait until another says go.

use core::cell::UnsafeCell;

use minifilter_sys::{
    Executive, KEVENT, KernelMode, LARGE_INTEGER, NotificationEvent, STATUS_TIMEOUT,
    SynchronizationEvent,
};

use crate::ddi;
use crate::irql::{Apc, ApcState, AtMost, Dispatch, Irql, WaitState, Waits};
use crate::pool::{Box, PoolTag};
use crate::status::Result;

/// Which threads a set event lets go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// `NotificationEvent`: all of them, until it is cleared.
    Notification,
    /// `SynchronizationEvent`: one, which clears it.
    Synchronization,
}

/// `KEVENT` — set by one thread, waited for by others. Lives in a nonpaged block, since it must not move.
///
/// # Invariants
/// The event was initialised in its final place.
pub struct Event {
    inner: Box<Inner>,
}

struct Inner(UnsafeCell<KEVENT>);

// SAFETY: the kernel's event routines are made for concurrent callers.
unsafe impl Sync for Inner {}
// SAFETY: an event that nobody waits on may be freed on any thread; waiters borrow it.
unsafe impl Send for Inner {}

impl Event {
    /// `KeInitializeEvent` — an event, not signalled. IRQL ≤ DISPATCH_LEVEL.
    ///
    /// # Errors
    /// `STATUS_INSUFFICIENT_RESOURCES`.
    pub fn try_new(
        kind: EventKind,
        tag: PoolTag,
        irql: &Irql<'_, impl AtMost<Dispatch>, impl ApcState, impl WaitState>,
    ) -> Result<Self> {
        // SAFETY: all zero is a value of every field of the plain C structure.
        let event = unsafe { core::mem::zeroed::<KEVENT>() };
        let inner = Box::try_new(Inner(UnsafeCell::new(event)), tag, irql)?;
        let kind = match kind {
            EventKind::Notification => NotificationEvent,
            EventKind::Synchronization => SynchronizationEvent,
        };
        // SAFETY: the event is nonpaged, in its final place, and nobody waits on it yet.
        unsafe { ddi::KeInitializeEvent(irql, inner.0.get(), kind, 0) };
        Ok(Self { inner })
    }

    /// `KeSetEvent` — signals the event, without a wait of its own; tells whether it was signalled before. IRQL ≤ DISPATCH_LEVEL.
    pub fn set(
        &self,
        irql: &Irql<'_, impl AtMost<Dispatch>, impl ApcState, impl WaitState>,
    ) -> bool {
        // SAFETY: initialised (type invariant); Wait is FALSE, so the call returns at the level it was made at.
        (unsafe { ddi::set_event_without_wait(irql, self.inner.0.get(), 0, 0) }) != 0
    }

    /// `KeClearEvent` — takes the signal back. IRQL ≤ DISPATCH_LEVEL.
    pub fn clear(&self, irql: &Irql<'_, impl AtMost<Dispatch>, impl ApcState, impl WaitState>) {
        // SAFETY: initialised (type invariant).
        unsafe { ddi::KeClearEvent(irql, self.inner.0.get()) };
    }

    /// `KeReadStateEvent` — whether it is signalled now. IRQL ≤ DISPATCH_LEVEL.
    pub fn is_set(
        &self,
        irql: &Irql<'_, impl AtMost<Dispatch>, impl ApcState, impl WaitState>,
    ) -> bool {
        // SAFETY: initialised (type invariant).
        (unsafe { ddi::KeReadStateEvent(irql, self.inner.0.get()) }) != 0
    }

    /// `KeWaitForSingleObject` — waits until the event is set, for at most `timeout_ms` milliseconds if given; tells whether it
    /// was. IRQL ≤ APC_LEVEL, and no guard of this thread alive.
    pub fn wait(
        &self,
        timeout_ms: Option<u32>,
        irql: &mut Irql<'_, impl AtMost<Apc>, impl ApcState, impl Waits>,
    ) -> bool {
        // Relative times are negative, in units of 100 ns.
        let mut relative = LARGE_INTEGER {
            QuadPart: timeout_ms.map_or(0, |ms| -10_000 * i64::from(ms)),
        };
        let timeout = if timeout_ms.is_some() {
            &raw mut relative
        } else {
            core::ptr::null_mut()
        };
        let object = self.inner.0.get().cast();
        // SAFETY: the event is initialised and nonpaged (type invariant), the time-out lives across the call.
        let status = unsafe {
            ddi::KeWaitForSingleObject(irql, object, Executive, KernelMode as _, 0, timeout)
        };
        status != STATUS_TIMEOUT
    }
}
