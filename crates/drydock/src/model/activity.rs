//! How many users an object of the filter manager has, and waiting until the last one has left.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use super::{wait, work_queue};

const CLOSED: u64 = 1 << 63;

/// Counts users of an object until it is closed.
///
/// # Invariants
/// The low 63 bits are the number of `enter`s that succeeded and were not followed by `exit` yet.
/// Once the top bit is set, `enter` fails.
#[derive(Default)]
pub struct Activity {
    state: AtomicU64,
    waited_for: AtomicBool,
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
        if before & !CLOSED == 1 && self.waited_for.load(Ordering::SeqCst) {
            wait::wake(self.address());
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

    /// Where its users are waited for.
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
        self.waited_for.store(true, Ordering::SeqCst);
        let progress = || (self.count(), work_queue::done());
        let idle = || (self.count() == 0).then_some(());
        let what = || "the last user of an object".to_owned();
        loop {
            let before = progress();
            if wait::patiently(self.address(), limit, what, idle).is_some() {
                return true;
            }
            if progress() == before {
                return false;
            }
        }
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
