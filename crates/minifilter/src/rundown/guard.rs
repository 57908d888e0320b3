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

#[cfg(test)]
mod tests {
    use core::num::NonZeroU32;
    use core::sync::atomic::{AtomicU32, Ordering};

    use super::{Counter, RundownGuard};

    /// What was released in all, instead of the kernel's counter.
    #[derive(Default)]
    struct Tally(AtomicU32);

    impl Counter for Tally {
        unsafe fn release(&self, count: u32) {
            self.0.fetch_add(count, Ordering::Relaxed);
        }
    }

    impl Tally {
        fn acquire(&self, count: u32) -> RundownGuard<'_, Self> {
            let count = NonZeroU32::new(count).expect("not zero");
            // SAFETY: a tally lets any count be acquired.
            unsafe { RundownGuard::new(self, count) }
        }

        fn released(&self) -> u32 {
            self.0.load(Ordering::Relaxed)
        }
    }

    const TWO: NonZeroU32 = NonZeroU32::new(2).expect("not zero");

    #[test]
    fn a_guard_releases_its_count_once() {
        let tally = Tally::default();
        drop(tally.acquire(5));
        assert_eq!(tally.released(), 5);
    }

    #[test]
    fn a_split_guard_releases_its_share() {
        let tally = Tally::default();
        let mut guard = tally.acquire(5);
        drop(guard.split(TWO));
        assert_eq!((tally.released(), guard.count().get()), (2, 3));
        drop(guard);
        assert_eq!(tally.released(), 5);
    }

    #[test]
    fn no_guard_is_left_without_count() {
        let tally = Tally::default();
        let mut guard = tally.acquire(2);
        assert!(guard.split(TWO).is_none());
        assert!(guard.split(NonZeroU32::MAX).is_none());
        assert_eq!((tally.released(), guard.count()), (0, TWO));
    }

    #[test]
    fn merged_guards_release_together() {
        let tally = Tally::default();
        let mut guard = tally.acquire(1);
        assert!(guard.merge(tally.acquire(2)).is_ok());
        assert_eq!(tally.released(), 0);
        drop(guard);
        assert_eq!(tally.released(), 3);
    }

    #[test]
    fn guards_of_two_objects_do_not_merge() {
        let (one, other) = (Tally::default(), Tally::default());
        let mut guard = one.acquire(1);
        drop(guard.merge(other.acquire(2)).expect_err("another object"));
        drop(guard);
        assert_eq!((one.released(), other.released()), (1, 2));
    }

    #[test]
    fn counts_that_do_not_fit_together_do_not_merge() {
        let tally = Tally::default();
        let mut guard = tally.acquire(u32::MAX);
        let refused = guard.merge(tally.acquire(2)).expect_err("too many");
        assert_eq!((guard.count(), refused.count()), (NonZeroU32::MAX, TWO));
    }
}
