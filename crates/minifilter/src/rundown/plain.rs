#![allow(unsafe_code)] // EX_RUNDOWN_REF

//! [`Rundown`]: one counter.

use core::cell::UnsafeCell;
use core::num::NonZeroU32;

use minifilter_sys::EX_RUNDOWN_REF;

use super::phase::{Begin, Phase};
use super::{Counter, RundownGuard};
use crate::ddi;
use crate::irql::{Apc, ApcState, AtMost, Held, Irql, WaitState, Waits};
use crate::pool::{Box, PoolTag};
use crate::status::Result;

/// `EX_RUNDOWN_REF` — counts the users of something, refuses new ones once its owner waits, and lets the owner know when the
/// last is gone.
///
/// A wait takes the token of a thread that holds no guard, so that nobody waits for himself.
///
/// The counter lies in a nonpaged block: it is opaque, so it must not be copied once initialised.
///
/// # Invariants
/// The block was initialised in its final place; nobody waits on it but whom `phase` lets.
pub struct Rundown {
    block: Box<Block>,
    phase: Phase,
}

struct Block(UnsafeCell<EX_RUNDOWN_REF>);

// SAFETY: the kernel's routines on a rundown block are interlocked.
unsafe impl Sync for Block {}
// SAFETY: the block is a counter without an owning thread, and needs nothing done before it is freed.
unsafe impl Send for Block {}

impl Rundown {
    /// `ExInitializeRundownProtection` — protection that is open. IRQL ≤ APC_LEVEL.
    ///
    /// # Errors
    /// `STATUS_INSUFFICIENT_RESOURCES`.
    pub fn try_new(
        tag: PoolTag,
        irql: &Irql<'_, impl AtMost<Apc>, impl ApcState, impl WaitState>,
    ) -> Result<Self> {
        // SAFETY: all zero is a value of every field of the plain C structure.
        let block = Block(UnsafeCell::new(unsafe { core::mem::zeroed() }));
        let block = Box::try_new(block, tag, irql.weaken::<Apc>())?;
        // SAFETY: the block is in its final, nonpaged place and not in use.
        unsafe { ddi::ExInitializeRundownProtection(irql, block.0.get()) };
        Ok(Self {
            block,
            phase: Phase::open(),
        })
    }

    /// `ExAcquireRundownProtectionEx` — holds off run-down once; see [`Rundown::acquire_many`]. IRQL ≤ APC_LEVEL.
    pub fn acquire<'a, L: AtMost<Apc>, A: ApcState>(
        &'a self,
        irql: &'a mut Irql<'_, L, A, impl WaitState>,
    ) -> Option<(RundownGuard<'a, Self>, Irql<'a, L, A, Held>)> {
        self.acquire_many(NonZeroU32::MIN, irql)
    }

    /// `ExAcquireRundownProtectionEx` — holds off run-down `count` times, for a batch. IRQL ≤ APC_LEVEL.
    ///
    /// `None` if run-down has begun. The narrower token beside the guard cannot wait for a run-down; the one it came from can,
    /// when the guard and what was split from it are gone.
    pub fn acquire_many<'a, L: AtMost<Apc>, A: ApcState>(
        &'a self,
        count: NonZeroU32,
        irql: &'a mut Irql<'_, L, A, impl WaitState>,
    ) -> Option<(RundownGuard<'a, Self>, Irql<'a, L, A, Held>)> {
        // SAFETY: initialised (type invariant).
        let granted =
            unsafe { ddi::ExAcquireRundownProtectionEx(irql, self.block.0.get(), count.get()) };
        if granted == 0 {
            return None;
        }
        // SAFETY: `count` was granted just now.
        let guard = unsafe { RundownGuard::new(self, count) };
        // SAFETY: level and APC state are what they were.
        Some((guard, unsafe { Irql::assume() }))
    }

    /// `ExWaitForRundownProtectionRelease` — refuses new users and waits until the last is gone. IRQL ≤ APC_LEVEL, and no guard of
    /// this thread alive. Waiting again returns at once.
    ///
    /// `false`, at once, if another thread is waiting: the kernel does not document two waiters at once.
    #[must_use = "`false` means that users may be left"]
    pub fn wait(&self, irql: &mut Irql<'_, impl AtMost<Apc>, impl ApcState, impl Waits>) -> bool {
        match self.phase.begin() {
            Begin::Wait => {}
            Begin::Over => return true,
            Begin::Taken => return false,
        }
        // SAFETY: initialised, nobody else waits (type invariant), and this thread holds no guard, as the token proves.
        unsafe { ddi::ExWaitForRundownProtectionRelease(irql, self.block.0.get()) };
        self.phase.end();
        true
    }

    /// `ExRundownCompleted` — after a [`wait`](Rundown::wait): marks the protection run down for good. IRQL ≤ APC_LEVEL.
    ///
    /// Does nothing, and says `false`, if there was no wait.
    pub fn complete(
        &mut self,
        irql: &Irql<'_, impl AtMost<Apc>, impl ApcState, impl WaitState>,
    ) -> bool {
        if !self.phase.is_over() {
            return false;
        }
        // SAFETY: a wait has completed, and nobody else uses the block: it is borrowed exclusively.
        unsafe { ddi::ExRundownCompleted(irql, self.block.0.get()) };
        true
    }

    /// `ExReInitializeRundownProtection` — after a [`wait`](Rundown::wait): opens the protection again. IRQL ≤ APC_LEVEL.
    ///
    /// Does nothing, and says `false`, if there was no wait.
    pub fn reinitialize(
        &mut self,
        irql: &Irql<'_, impl AtMost<Apc>, impl ApcState, impl WaitState>,
    ) -> bool {
        if !self.phase.is_over() {
            return false;
        }
        // SAFETY: the protection is run down, and nobody else uses the block: it is borrowed exclusively.
        unsafe { ddi::ExReInitializeRundownProtection(irql, self.block.0.get()) };
        self.phase.reopen();
        true
    }
}

impl Counter for Rundown {
    unsafe fn release(&self, count: u32) {
        // SAFETY: the caller runs at IRQL ≤ APC_LEVEL.
        let irql = unsafe { ddi::at_drop::<Apc>() };
        // SAFETY: the caller owns `count`.
        unsafe { ddi::ExReleaseRundownProtectionEx(&irql, self.block.0.get(), count) };
    }
}
