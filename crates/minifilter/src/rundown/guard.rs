#![allow(unsafe_code)] // gives a count back exactly once

//! [`RundownGuard`]: a share of run-down protection.

use core::marker::PhantomData;
use core::mem::ManuallyDrop;
use core::num::NonZeroU32;

use super::Counter;
use crate::irql::GuardOfThisLevel;

/// Holds a count of run-down protection: what it protects stays until the guard is dropped.
///
/// # Drop
/// `ExReleaseRundownProtectionEx` (or its cache-aware twin) with exactly the count held, at IRQL ≤ APC_LEVEL: the guard is
/// not `Send`.
///
/// # Invariants
/// The guard owns `count` of the protection of `counter`.
#[must_use = "dropping the guard gives the protection back"]
pub struct RundownGuard<'a, C: Protection> {
    counter: &'a C,
    count: NonZeroU32,
    _token: PhantomData<(&'a mut (), *mut GuardOfThisLevel)>,
}

/// [`Rundown`](super::Rundown) or [`CacheAwareRundown`](super::CacheAwareRundown).
#[allow(private_bounds, reason = "sealed by its private supertrait")]
pub trait Protection: Counter + Sync {}

impl<T: Counter + Sync> Protection for T {}

// SAFETY: a shared reference to the guard can only read the count.
unsafe impl<C: Protection> Sync for RundownGuard<'_, C> {}

impl<'a, C: Protection> RundownGuard<'a, C> {
    /// # Safety
    /// The caller acquired `count` of `counter` and hands it to the guard.
    pub(super) const unsafe fn new(counter: &'a C, count: NonZeroU32) -> Self {
        Self {
            counter,
            count,
            _token: PhantomData,
        }
    }

    /// The count held. Any IRQL.
    pub const fn count(&self) -> NonZeroU32 {
        self.count
    }

    /// Takes `count` out of this guard into one of its own, for a part of the batch. Any IRQL.
    ///
    /// `None`, and nothing is changed, if this guard would be left with no count.
    pub fn split(&mut self, count: NonZeroU32) -> Option<Self> {
        let rest = self.count.get().checked_sub(count.get())?;
        self.count = NonZeroU32::new(rest)?;
        Some(Self {
            counter: self.counter,
            count,
            _token: PhantomData,
        })
    }

    /// Joins another guard of the same protection to this one. Any IRQL.
    ///
    /// # Errors
    /// The other guard, unchanged, if it belongs to another object or the counts do not fit 32 bits together.
    pub fn merge(&mut self, other: Self) -> Result<(), Self> {
        if !core::ptr::eq(self.counter, other.counter) {
            return Err(other);
        }
        let Some(sum) = self.count.checked_add(other.count.get()) else {
            return Err(other);
        };
        let _handed_over = ManuallyDrop::new(other);
        self.count = sum;
        Ok(())
    }
}

impl<C: Protection> Drop for RundownGuard<'_, C> {
    fn drop(&mut self) {
        // SAFETY: the guard owns its count (type invariant), is not `Send`, and was made at IRQL ≤ APC_LEVEL.
        unsafe { self.counter.release(self.count.get()) };
    }
}
