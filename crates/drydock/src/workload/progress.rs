//! How far the mixed workload is, all threads together.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::model::wait;

static ACTIONS: AtomicU64 = AtomicU64::new(0);

/// Actions done so far.
#[must_use]
pub fn actions() -> u64 {
    ACTIONS.load(Ordering::Acquire)
}

/// Where whoever wants more of them waits.
#[must_use]
pub fn address() -> usize {
    std::ptr::from_ref(&ACTIONS) as usize
}

/// A workload begins.
pub(super) fn begin() {
    ACTIONS.store(0, Ordering::Release);
}

/// It has come to its end: nobody needs to wait for more.
pub(super) fn end() {
    ACTIONS.store(u64::MAX / 2, Ordering::Release);
    wait::wake(address());
}

/// One more.
pub(super) fn advance() {
    ACTIONS.fetch_add(1, Ordering::AcqRel);
    wait::wake(address());
}
