//! Blocking — threads wait on an address until an attempt succeeds; whoever changes the state there wakes them.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering, fence};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::address_map::shard_of;
use super::schedule::{self, Until};
use super::standstill::{PAUSE, Standstill, THREADS};
use super::wait_graph::{Suspicion, Waiting};
use super::{thread, time};
use crate::exports::gate::Call;

struct Bucket {
    waiters: AtomicUsize,
    lock: Mutex<()>,
    changed: Condvar,
}

const BUCKETS: usize = 64;
static TABLE: [Bucket; BUCKETS] = [const {
    Bucket {
        waiters: AtomicUsize::new(0),
        lock: Mutex::new(()),
        changed: Condvar::new(),
    }
}; BUCKETS];

/// An attempt is repeated this often even without a wake, so that it may look at the clock.
const RETRY: Duration = Duration::from_millis(100);

/// Blocks until `attempt` gives a value or `timeout` has passed; `what` is told to the watchdog meanwhile.
pub fn until<R>(
    address: usize,
    timeout: Option<Duration>,
    what: impl FnOnce() -> String,
    attempt: impl FnMut() -> Option<R>,
) -> Option<R> {
    let what = Some((what(), timeout.is_none()));
    if schedule::takes_part() {
        let until = timeout.map_or(Until::Changed, |timeout| {
            Until::Time(schedule::deadline(timeout))
        });
        return scheduled(address, until, what, attempt);
    }
    on_host(address, Limit::after(timeout), what, attempt)
}

/// `KeRemoveQueue` — blocks a worker until there is work; it counts as idle meanwhile.
pub fn for_work<R>(address: usize, mut attempt: impl FnMut() -> Option<R>) -> R {
    loop {
        let work = if schedule::takes_part() {
            scheduled(address, Until::Changed, None, &mut attempt)
        } else {
            on_host(address, Limit::Never, None, &mut attempt)
        };
        if let Some(work) = work {
            return work;
        }
    }
}

/// Blocks a system thread that is idle until there is something to do, or until `timeout` has passed.
pub fn idle<R>(
    address: usize,
    timeout: Option<Duration>,
    attempt: impl FnMut() -> Option<R>,
) -> Option<R> {
    if schedule::takes_part() {
        let until = timeout.map_or(Until::Changed, |timeout| {
            Until::Time(schedule::deadline(timeout))
        });
        return scheduled(address, until, None, attempt);
    }
    on_host(address, Limit::after(timeout), None, attempt)
}

/// What waits longer than this waits for ever.
const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// When a wait on the host's threads ends by itself.
#[derive(Clone, Copy)]
enum Limit {
    Never,
    /// At this time of the simulated kernel.
    Time(Duration),
    /// At this time of the host's: the bench's own patience.
    Patience(Instant),
}

impl Limit {
    fn after(timeout: Option<Duration>) -> Self {
        let ends = timeout.filter(|timeout| *timeout <= YEAR);
        ends.map_or(Self::Never, |timeout| Self::Time(time::running() + timeout))
    }

    fn left(self) -> Duration {
        match self {
            Self::Never => Duration::MAX,
            Self::Time(time) => time.saturating_sub(time::running()),
            Self::Patience(end) => end.saturating_duration_since(Instant::now()),
        }
    }

    fn time(self) -> Option<Duration> {
        match self {
            Self::Time(time) => Some(time),
            Self::Never | Self::Patience(_) => None,
        }
    }
}

fn on_host<R>(
    address: usize,
    limit: Limit,
    what: Option<(String, bool)>,
    mut attempt: impl FnMut() -> Option<R>,
) -> Option<R> {
    let bucket = &TABLE[shard_of(address, BUCKETS)];
    let me = thread::current().id;
    let mut guard = bucket.lock.lock().unwrap_or_else(PoisonError::into_inner);
    bucket.waiters.fetch_add(1, Ordering::SeqCst);
    let entry = what.map(|(what, endless)| Entry::make(address, what, endless));
    let mut suspicion = Suspicion::default();
    let mut blocked = false;
    let result = loop {
        fence(Ordering::SeqCst);
        if let Some(value) = attempt() {
            break Some(value);
        }
        let left = limit.left();
        if left.is_zero() {
            break None;
        }
        blocked = true;
        let still = THREADS.block(me, address, limit.time());
        let pause = if still.is_some() { PAUSE } else { RETRY };
        let (again, waited) = bucket
            .changed
            .wait_timeout(guard, left.min(pause))
            .unwrap_or_else(PoisonError::into_inner);
        guard = again;
        if waited.timed_out() {
            still.inspect(|still| pass_time(*still, bucket));
            suspicion.look();
        }
    };
    if blocked {
        THREADS.unblock(me);
    }
    drop(entry);
    bucket.waiters.fetch_sub(1, Ordering::SeqCst);
    drop(guard);
    result
}

/// Lets time pass if nothing has moved; whoever waits in another bucket than `mine` is told to look at the clock.
fn pass_time(still: Standstill, mine: &Bucket) {
    if THREADS.pass(still, time::running()) {
        let others = TABLE.iter().filter(|bucket| !std::ptr::eq(*bucket, mine));
        others.for_each(|bucket| bucket.changed.notify_all());
    }
}

/// The note that this thread waits, while it lives.
pub struct Entry(Option<Waiting>);

impl Entry {
    /// Notes that this thread waits for what lies at `address`; `endless` if nothing else will end the wait.
    #[must_use]
    pub fn make(address: usize, what: String, endless: bool) -> Self {
        static SERIAL: AtomicU64 = AtomicU64::new(0);
        let call = Call::current();
        let waiting = Waiting {
            serial: SERIAL.fetch_add(1, Ordering::Relaxed),
            address,
            what,
            endless,
            function: call.function(),
            caller: call.caller,
        };
        Self(thread::current().set_waiting(Some(waiting)))
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        thread::current().set_waiting(self.0.take());
    }
}

/// Blocks until `attempt` gives a value, or for `patience` if nothing happens: with a schedule that is only when no thread
/// can run. For waits that Windows would not end, so that the bench can say so.
pub fn patiently<R>(
    address: usize,
    patience: Duration,
    what: impl FnOnce() -> String,
    attempt: impl FnMut() -> Option<R>,
) -> Option<R> {
    let what = Some((what(), true));
    if schedule::takes_part() {
        let until = Until::Stuck(schedule::deadline(patience));
        return scheduled(address, until, what, attempt);
    }
    on_host(
        address,
        Limit::Patience(Instant::now() + patience),
        what,
        attempt,
    )
}

/// The same where a schedule decides: between an attempt and the wait nobody else runs, so that no wake is lost.
fn scheduled<R>(
    address: usize,
    until: Until,
    what: Option<(String, bool)>,
    mut attempt: impl FnMut() -> Option<R>,
) -> Option<R> {
    schedule::point("wait");
    let mut result = attempt();
    if result.is_some() {
        return result;
    }
    let _entry = what.map(|(what, endless)| Entry::make(address, what, endless));
    while result.is_none() && schedule::block(address, until) {
        result = attempt();
    }
    result
}

/// `KeDelayExecutionThread` — lets `duration` pass.
pub fn sleep(duration: Duration) {
    /// Nobody wakes whoever waits here.
    const NOWHERE: usize = 0;
    let what = || "a delay to pass".to_owned();
    until(NOWHERE, Some(duration), what, || None::<()>);
}

/// Wakes the threads that wait on `address`, to be called after its state changed.
#[inline]
pub fn wake(address: usize) {
    if schedule::on() {
        schedule::wake(address);
    }
    let bucket = &TABLE[shard_of(address, BUCKETS)];
    fence(Ordering::SeqCst);
    if bucket.waiters.load(Ordering::SeqCst) != 0 {
        // The lock orders this wake after a waiter's failed attempt.
        let ordered = bucket.lock.lock().unwrap_or_else(PoisonError::into_inner);
        THREADS.wake(address);
        drop(ordered);
        bucket.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicBool;

    #[test]
    fn a_waiter_is_woken_by_a_change() {
        let flag = AtomicBool::new(false);
        let attempt = || flag.load(Ordering::SeqCst).then_some(7);
        std::thread::scope(|scope| {
            let waiter = scope.spawn(|| until(0x1000, None, || "flag".to_owned(), attempt));
            flag.store(true, Ordering::SeqCst);
            wake(0x1000);
            assert_eq!(waiter.join().ok().flatten(), Some(7));
        });
    }

    #[test]
    fn a_wait_ends_at_its_timeout() {
        let timeout = Some(Duration::from_millis(5));
        assert_eq!(
            until(0x2000, timeout, || "never".to_owned(), || None::<()>),
            None
        );
    }
}
