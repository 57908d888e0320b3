//! Standstill — when every thread of the simulated kernel waits, time passes at once to the moment that ends a wait.
//!
//! On Windows nothing would happen until then either. Only what [`super::wait`] blocks counts as waiting: a thread that
//! computes, spins, or sits in a call of the host keeps the clock at the host's pace.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A standstill lasts this long by the host's clock before time passes.
pub const PAUSE: Duration = Duration::from_millis(1);

/// A thread that is blocked.
struct Blocked {
    thread: u32,
    address: usize,
    /// When its wait ends by itself, in [`super::time::running`].
    until: Option<Duration>,
}

/// Who lives, who of them is blocked, and how often that has changed.
struct State {
    alive: usize,
    blocked: Vec<Blocked>,
    changes: u64,
}

/// The threads whose waits time may depend on, and what time has passed beyond the host's.
pub struct Threads {
    state: Mutex<State>,
    passed: AtomicU64,
    outsiders: AtomicBool,
}

/// The threads of the simulated kernel.
pub static THREADS: Threads = Threads::new();

/// The state of things in which every thread is blocked; good until one of them is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standstill(u64);

/// The note that a thread lives, until it is dropped.
pub struct Alive(&'static Threads);

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.change(|state| state.alive -= 1);
    }
}

impl Threads {
    const fn new() -> Self {
        let state = State {
            alive: 0,
            blocked: Vec::new(),
            changes: 0,
        };
        Self {
            state: Mutex::new(state),
            passed: AtomicU64::new(0),
            outsiders: AtomicBool::new(false),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state();
        change(&mut state);
        state.changes += 1;
    }

    /// One more thread lives.
    #[must_use]
    pub fn begun(&'static self) -> Alive {
        self.change(|state| state.alive += 1);
        Alive(self)
    }

    /// From here on programs outside of the bench take part, whose time is the host's.
    pub fn join_outsiders(&self) {
        self.outsiders.store(true, Ordering::SeqCst);
    }

    /// Time that has passed beyond the host's.
    pub fn passed(&self) -> Duration {
        Duration::from_nanos(self.passed.load(Ordering::SeqCst))
    }

    /// Notes that `thread` is blocked from now on, at `address` and until that time; the standstill that this makes, if the
    /// end of a wait will break it.
    pub fn block(
        &self,
        thread: u32,
        address: usize,
        until: Option<Duration>,
    ) -> Option<Standstill> {
        let mut state = self.state();
        state.blocked.retain(|blocked| blocked.thread != thread);
        state.blocked.push(Blocked {
            thread,
            address,
            until,
        });
        state.changes += 1;
        self.standstill(&state)
    }

    /// The thread goes on.
    pub fn unblock(&self, thread: u32) {
        self.change(|state| state.blocked.retain(|blocked| blocked.thread != thread));
    }

    /// Whoever waits at `address` is about to look again.
    pub fn wake(&self, address: usize) {
        self.change(|state| state.blocked.retain(|blocked| blocked.address != address));
    }

    /// Lets time pass from `now` to the end of the next wait, if `seen` is how things still stand.
    pub fn pass(&self, seen: Standstill, now: Duration) -> bool {
        let state = self.state();
        let next = state.blocked.iter().filter_map(|blocked| blocked.until);
        let (true, Some(next)) = (self.standstill(&state) == Some(seen), next.min()) else {
            return false;
        };
        let ahead = next.saturating_sub(now).as_nanos() as u64;
        self.passed.fetch_add(ahead, Ordering::SeqCst);
        true
    }

    fn standstill(&self, state: &State) -> Option<Standstill> {
        let ends = state.blocked.iter().any(|blocked| blocked.until.is_some());
        let all = state.blocked.len() >= state.alive;
        (ends && all && !self.outsiders.load(Ordering::SeqCst)).then_some(Standstill(state.changes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn two_threads() -> (&'static Threads, [Alive; 2]) {
        let threads: &'static Threads = Box::leak(Box::new(Threads::new()));
        (threads, [threads.begun(), threads.begun()])
    }

    #[test]
    fn time_passes_to_the_first_end_of_a_wait_when_every_thread_is_blocked() {
        let (threads, _alive) = two_threads();
        assert_eq!(threads.block(1, 0x10, Some(2 * HOUR)), None);
        let still = threads.block(2, 0x20, Some(HOUR)).expect("all are blocked");
        assert!(threads.pass(still, HOUR / 2));
        assert_eq!(threads.passed(), HOUR / 2);
    }

    #[test]
    fn a_thread_that_is_woken_keeps_time_from_passing() {
        let (threads, _alive) = two_threads();
        assert_eq!(threads.block(1, 0x10, Some(HOUR)), None);
        let still = threads.block(2, 0x20, None).expect("all are blocked");
        threads.wake(0x20);
        assert!(!threads.pass(still, Duration::ZERO));
        assert_eq!(threads.passed(), Duration::ZERO);
    }

    #[test]
    fn a_standstill_that_no_wait_ends_stays() {
        let (threads, _alive) = two_threads();
        assert_eq!(threads.block(1, 0x10, None), None);
        assert_eq!(threads.block(2, 0x20, None), None);
    }

    #[test]
    fn a_thread_that_has_ended_does_not_count() {
        let (threads, [_one, other]) = two_threads();
        drop(other);
        assert!(threads.block(1, 0x10, Some(HOUR)).is_some());
    }

    #[test]
    fn with_programs_outside_of_the_bench_time_is_theirs() {
        let (threads, _alive) = two_threads();
        threads.join_outsiders();
        assert_eq!(threads.block(1, 0x10, Some(HOUR)), None);
        assert_eq!(threads.block(2, 0x20, Some(HOUR)), None);
    }
}
