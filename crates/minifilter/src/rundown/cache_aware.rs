#![allow(unsafe_code)] // EX_RUNDOWN_REF_CACHE_AWARE

//! [`CacheAwareRundown`]: one counter a processor.

use core::num::NonZeroU32;
use core::ptr::NonNull;

use minifilter_sys::{_EX_RUNDOWN_REF_CACHE_AWARE, NonPagedPoolNx};

use super::phase::{Begin, Phase};
use super::{Counter, RundownGuard};
use crate::ddi;
use crate::irql::{Apc, ApcState, AtMost, Held, Irql, WaitState, Waits};
use crate::parked::{AnyThread, Parked};
use crate::pool::PoolTag;
use crate::status::{Result, Status};

/// `EX_RUNDOWN_REF_CACHE_AWARE` — [`Rundown`](super::Rundown) for something that many processors use all the time.
///
/// # Drop
/// `ExFreeCacheAwareRundownProtection` at IRQL ≤ APC_LEVEL, at once or later: see [`Parked`].
pub struct CacheAwareRundown {
    block: Parked<Block>,
    phase: Phase,
}

/// # Invariants
/// Allocated, and hence initialised, by `ExAllocateCacheAwareRundownProtection`; owned.
struct Block(NonNull<_EX_RUNDOWN_REF_CACHE_AWARE>);

// SAFETY: the kernel's routines on a rundown block are interlocked.
unsafe impl Sync for Block {}
// SAFETY: the block has no owning thread and may be freed on any at IRQL ≤ APC_LEVEL.
unsafe impl AnyThread for Block {}

impl Drop for Block {
    fn drop(&mut self) {
        // SAFETY: `Parked` drops its value at IRQL ≤ APC_LEVEL.
        let irql = unsafe { ddi::at_drop::<Apc>() };
        // SAFETY: allocated by the matching call, and no guard borrows it.
        unsafe { ddi::ExFreeCacheAwareRundownProtection(&irql, self.0.as_ptr()) };
    }
}

impl CacheAwareRundown {
    /// `ExAllocateCacheAwareRundownProtection` — protection that is open. IRQL ≤ APC_LEVEL.
    ///
    /// # Errors
    /// `STATUS_INSUFFICIENT_RESOURCES`.
    pub fn try_new(
        tag: PoolTag,
        irql: &Irql<'_, impl AtMost<Apc>, impl ApcState, impl WaitState>,
    ) -> Result<Self> {
        // SAFETY: the pool is nonpaged and not executable, the tag printable.
        let block = unsafe {
            ddi::ExAllocateCacheAwareRundownProtection(irql, NonPagedPoolNx, tag.as_raw())
        };
        let block = Block(NonNull::new(block).ok_or(Status::INSUFFICIENT_RESOURCES)?);
        Ok(Self {
            block: Parked::new(block, tag, irql)?,
            phase: Phase::open(),
        })
    }

    /// `ExAcquireRundownProtectionCacheAwareEx` — holds off run-down once. IRQL ≤ APC_LEVEL.
    pub fn acquire<'a, L: AtMost<Apc>, A: ApcState>(
        &'a self,
        irql: &'a mut Irql<'_, L, A, impl WaitState>,
    ) -> Option<(RundownGuard<'a, Self>, Irql<'a, L, A, Held>)> {
        self.acquire_many(NonZeroU32::MIN, irql)
    }

    /// `ExAcquireRundownProtectionCacheAwareEx` — holds off run-down `count` times, for a batch. IRQL ≤ APC_LEVEL.
    ///
    /// `None` if run-down has begun. The narrower token beside the guard cannot wait for a run-down.
    pub fn acquire_many<'a, L: AtMost<Apc>, A: ApcState>(
        &'a self,
        count: NonZeroU32,
        irql: &'a mut Irql<'_, L, A, impl WaitState>,
    ) -> Option<(RundownGuard<'a, Self>, Irql<'a, L, A, Held>)> {
        // SAFETY: initialised (invariant of `Block`).
        let granted =
            unsafe { ddi::ExAcquireRundownProtectionCacheAwareEx(irql, self.raw(), count.get()) };
        if granted == 0 {
            return None;
        }
        // SAFETY: `count` was granted just now.
        let guard = unsafe { RundownGuard::new(self, count) };
        // SAFETY: level and APC state are what they were.
        Some((guard, unsafe { Irql::assume() }))
    }

    /// `ExWaitForRundownProtectionReleaseCacheAware` — refuses new users and waits until the last is gone. IRQL ≤ APC_LEVEL, and
    /// no guard of this thread alive. Waiting again returns at once.
    ///
    /// `false`, at once, if another thread is waiting: the kernel does not document two waiters at once.
    #[must_use = "`false` means that users may be left"]
    pub fn wait(&self, irql: &mut Irql<'_, impl AtMost<Apc>, impl ApcState, impl Waits>) -> bool {
        match self.phase.begin() {
            Begin::Wait => {}
            Begin::Over => return true,
            Begin::Taken => return false,
        }
        // SAFETY: initialised (invariant of `Block`), nobody else waits (`phase`), and this thread holds no guard, as the token
        // proves.
        unsafe { ddi::ExWaitForRundownProtectionReleaseCacheAware(irql, self.raw()) };
        self.phase.end();
        true
    }

    /// `ExRundownCompletedCacheAware` — after a [`wait`](Self::wait): marks the protection run down for good. IRQL ≤ APC_LEVEL.
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
        unsafe { ddi::ExRundownCompletedCacheAware(irql, self.raw()) };
        true
    }

    /// `ExReInitializeRundownProtectionCacheAware` — after a [`wait`](Self::wait): opens the protection again. IRQL ≤ APC_LEVEL.
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
        unsafe { ddi::ExReInitializeRundownProtectionCacheAware(irql, self.raw()) };
        self.phase.reopen();
        true
    }

    fn raw(&self) -> *mut _EX_RUNDOWN_REF_CACHE_AWARE {
        self.block.value().0.as_ptr()
    }
}

impl Counter for CacheAwareRundown {
    unsafe fn release(&self, count: u32) {
        // SAFETY: the caller runs at IRQL ≤ APC_LEVEL.
        let irql = unsafe { ddi::at_drop::<Apc>() };
        // SAFETY: the caller owns `count`.
        unsafe { ddi::ExReleaseRundownProtectionCacheAwareEx(&irql, self.raw(), count) };
    }
}
