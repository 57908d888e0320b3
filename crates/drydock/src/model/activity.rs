//! How many users an object of the filter manager has, and waiting until the last one has left.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::wait::Entry;
use super::wait_graph::Suspicion;
use super::work_queue;

const CLOSED: u64 = 1 << 63;
/// How often who waits looks whether it waits for itself.
const GLANCE: Duration = Duration::from_millis(100);

/// Counts users of an object until it is closed.
///
/// # Invariants
/// The low 63 bits are the number of `enter`s that succeeded and were not followed by `exit` yet.
/// Once the top bit is set, `enter` fails.
#[derive(Default)]
pub struct Activity {
    state: AtomicU64,
    waiting: AtomicBool,
    gate: Mutex<()>,
    left: Condvar,
}

impl Activity {
    /// Counts one more user; false once closed.
    pub fn enter(&self) -> bool {
        let before = self.state.fetch_add(1, Ordering::AcqRel);
        if before & CLOSED != 0 {
            self.exit();
            return false;
        }
        true
    }

    /// Counts one more user even when closed: for a user that another user vouches for.
    pub fn enter_again(&self) {
        self.state.fetch_add(1, Ordering::AcqRel);
    }

    /// One user less.
    pub fn exit(&self) {
        let before = self.state.fetch_sub(1, Ordering::SeqCst);
        debug_assert!(before & !CLOSED > 0, "more exits than enters");
        self.tell(before);
    }

    /// Wakes whoever waits for the last user; nobody does while more are left.
    fn tell(&self, before: u64) {
        if before & !CLOSED == 1 && self.waiting.load(Ordering::SeqCst) {
            let _gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
            self.left.notify_all();
        }
    }

    /// One user less, if there is one.
    pub fn try_exit(&self) -> bool {
        let less = |state: u64| (state & !CLOSED != 0).then(|| state - 1);
        let changed = self
            .state
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, less);
        if let Ok(before) = changed {
            self.tell(before);
        }
        changed.is_ok()
    }

    /// Refuses users from now on.
    pub fn close(&self) {
        self.state.fetch_or(CLOSED, Ordering::AcqRel);
    }

    /// Whether `close` was called.
    pub fn is_closed(&self) -> bool {
        self.state.load(Ordering::Acquire) & CLOSED != 0
    }

    /// What waits for the last user are told to wait for.
    pub fn address(&self) -> usize {
        std::ptr::from_ref(self) as usize
    }

    /// Users now.
    pub fn count(&self) -> u64 {
        self.state.load(Ordering::SeqCst) & !CLOSED
    }

    /// Waits until nobody uses the object; false when users remain and for `limit` none of them left and no worker got
    /// anything done.
    pub fn wait_idle(&self, limit: Duration) -> bool {
        let progress = || (self.count(), work_queue::done());
        let mut still = (progress(), Instant::now());
        self.waiting.store(true, Ordering::SeqCst);
        let _waiting = Entry::make(
            self.address(),
            "the last user of an object".to_owned(),
            true,
        );
        let mut suspicion = Suspicion::default();
        let mut gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        while self.count() != 0 {
            let now = progress();
            if now != still.0 {
                still = (now, Instant::now());
            }
            let Some(rest) = limit.checked_sub(still.1.elapsed()) else {
                return false;
            };
            let waited = self.left.wait_timeout(gate, rest.min(GLANCE));
            gate = waited.unwrap_or_else(PoisonError::into_inner).0;
            suspicion.look();
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_users_may_take_longer_than_the_limit_for_one() {
        let activity = Activity::default();
        let (limit, users) = (Duration::from_millis(200), 6);
        for _ in 0..users {
            assert!(activity.enter());
        }
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for _ in 0..users {
                    std::thread::sleep(limit / 2);
                    activity.exit();
                }
            });
            assert!(activity.wait_idle(limit));
        });
    }

    #[test]
    fn closed_activity_refuses_users_and_waits_for_the_last() {
        let activity = Activity::default();
        assert!(activity.enter());
        activity.close();
        assert!(!activity.enter());
        assert!(!activity.wait_idle(Duration::from_millis(5)));
        std::thread::scope(|scope| {
            scope.spawn(|| activity.exit());
            assert!(activity.wait_idle(Duration::from_secs(5)));
        });
    }
}
