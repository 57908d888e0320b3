//! `--schedule` — one simulated thread runs at a time, and a seed decides which: a run of one seed is always the same run.
//!
//! Threads hand a turn to each other. They may have to give it up at every *point*: an import call, the way into a
//! callback and out of it, a wait, the birth and the end of a thread. Nothing else decides than the seed: time is a
//! number that points and waits move on, so that a time-out passes only when it is due in that time.
//!
//! A thread takes part if it was made by [`spawn`] or [`Scope::spawn`] from one that does. For all others, and without
//! a schedule, everything here does nothing.

mod chooser;
mod spawn;
#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chooser::Chooser;
pub use chooser::Strategy;
pub use spawn::{Scope, Task, scope, spawn};

use super::{paged, thread, wait_graph};
use crate::verify::watchdog;

/// Nanoseconds that pass at a point, and at a look at the clock.
const TICK: u64 = 1000;

/// One schedule.
///
/// # Invariants
/// Only the thread whose index is in `running` runs; all others that take part are parked. Leaked, so that threads may
/// keep a reference.
pub struct Schedule {
    seed: u64,
    state: Mutex<State>,
    running: AtomicUsize,
    clock: AtomicU64,
}

struct State {
    threads: Vec<Member>,
    chooser: Chooser,
    /// The earliest time at which a waiting thread gives up.
    earliest: u64,
    counts: Counts,
}

/// What has been decided so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Places at which another thread might have got the turn.
    pub points: u64,
    /// Places at which one did.
    pub switches: u64,
    /// All of it in one number: two runs with the same digest took the same way.
    pub digest: u64,
}

struct Member {
    id: u32,
    host: std::thread::Thread,
    now: Now,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Now {
    Ready,
    Waiting { address: usize, until: Until },
    Ended,
}

/// When a wait ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// Never.
    Changed,
    /// At this time.
    Time(u64),
    /// At this time, but only if nothing else can run: the bench's own patience.
    Stuck(u64),
}

impl Until {
    fn time(self) -> u64 {
        match self {
            Self::Changed => u64::MAX,
            Self::Time(time) | Self::Stuck(time) => time,
        }
    }
}

static ON: AtomicBool = AtomicBool::new(false);
static LATEST: Mutex<Option<&'static Schedule>> = Mutex::new(None);

thread_local! {
    static MEMBER: Cell<Option<(&'static Schedule, usize)>> = const { Cell::new(None) };
}

/// Whether there is a schedule; the cheap question to ask first.
#[inline]
#[must_use]
pub fn on() -> bool {
    ON.load(Ordering::Relaxed)
}

/// Whether this thread's turns are decided by a schedule.
#[inline]
#[must_use]
pub fn takes_part() -> bool {
    on() && MEMBER.get().is_some()
}

/// `--schedule SEED` — from here on this thread and those that come from it run one at a time.
pub fn start(seed: u64) {
    let schedule: &'static Schedule = Box::leak(Box::new(Schedule {
        seed,
        state: Mutex::new(State {
            threads: Vec::new(),
            chooser: Chooser::new(seed),
            earliest: u64::MAX,
            counts: Counts::default(),
        }),
        running: AtomicUsize::new(0),
        clock: AtomicU64::new(0),
    }));
    schedule.join();
    *LATEST.lock().unwrap_or_else(PoisonError::into_inner) = Some(schedule);
    ON.store(true, Ordering::Relaxed);
}

/// The schedule started last: its seed, how it chooses, and what it has decided so far.
#[must_use]
pub fn told() -> Option<(u64, Strategy, Counts)> {
    let schedule = (*LATEST.lock().unwrap_or_else(PoisonError::into_inner))?;
    let state = schedule.state();
    Some((schedule.seed, state.chooser.strategy(), state.counts))
}

/// A place called `site` at which another thread may get the turn.
#[inline]
pub fn point(site: &str) {
    if on()
        && let Some((schedule, me)) = MEMBER.get()
    {
        schedule.point(me, site);
    }
}

/// The time of this thread's schedule since its start; looking moves it on. None for a thread that takes no part.
#[must_use]
pub fn now() -> Option<Duration> {
    if !on() {
        return None;
    }
    let (schedule, _) = MEMBER.get()?;
    let now = schedule.clock.fetch_add(TICK, Ordering::Relaxed) + TICK;
    Some(Duration::from_nanos(now))
}

/// When a wait that begins now and lasts `duration` ends.
#[must_use]
pub fn deadline(duration: Duration) -> u64 {
    let now = MEMBER
        .get()
        .map_or(0, |(schedule, _)| schedule.clock.load(Ordering::Relaxed));
    now.saturating_add(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX))
}

/// Gives the turn up until `address` is told to have changed, or `until`. False when that time has come.
///
/// What `wait` is made of; nothing else in the models calls it.
pub(super) fn block(address: usize, until: Until) -> bool {
    let Some((schedule, me)) = MEMBER.get() else {
        return false;
    };
    if until.time() <= schedule.clock.load(Ordering::Relaxed) {
        return false;
    }
    schedule.block(me, address, until);
    true
}

/// Lets the threads go on that wait for a change at `address`.
pub(super) fn wake(address: usize) {
    if let Some((schedule, _)) = MEMBER.get() {
        schedule.wake(address);
    }
}

impl Schedule {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes this thread a member; gives its index.
    fn join(&'static self) -> usize {
        let id = thread::current().id;
        let mut state = self.state();
        state.chooser.born();
        state.threads.push(Member {
            id,
            host: std::thread::current(),
            now: Now::Ready,
        });
        let index = state.threads.len() - 1;
        MEMBER.set(Some((self, index)));
        index
    }

    fn point(&self, me: usize, site: &str) {
        let mut state = self.state();
        state.note(me, site);
        self.clock.fetch_add(TICK, Ordering::Relaxed);
        self.hand_over(state, me);
    }

    fn block(&self, me: usize, address: usize, until: Until) {
        let mut state = self.state();
        state.threads[me].now = Now::Waiting { address, until };
        if let Until::Time(time) = until {
            state.earliest = state.earliest.min(time);
        }
        state.note(me, "wait");
        self.hand_over(state, me);
    }

    fn wake(&self, address: usize) {
        for member in &mut self.state().threads {
            if matches!(member.now, Now::Waiting { address: at, .. } if at == address) {
                member.now = Now::Ready;
            }
        }
    }

    /// The current thread takes no part any more, and whoever is next goes on.
    fn leave(&self, me: usize) {
        MEMBER.set(None);
        let mut state = self.state();
        state.threads[me].now = Now::Ended;
        state.note(me, "end");
        self.hand_over(state, me);
    }

    /// Gives the turn to whoever the chooser names, and comes back when `me` has it again or has ended.
    fn hand_over(&self, state: MutexGuard<'_, State>, me: usize) {
        let (mut state, next) = self.next(state, me);
        if next == me {
            return;
        }
        let ended = state.threads[me].now == Now::Ended;
        state.counts.switches += 1;
        let host = state.threads[next].host.clone();
        self.running.store(next, Ordering::Release);
        drop(state);
        host.unpark();
        if !ended {
            self.await_turn(me);
        }
    }

    fn await_turn(&self, me: usize) {
        while self.running.load(Ordering::Acquire) != me {
            std::thread::park();
        }
        paged::resumed();
    }

    /// Who goes on; when nobody can, time passes until somebody's wait is over.
    fn next<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        me: usize,
    ) -> (MutexGuard<'a, State>, usize) {
        let now = self.clock.load(Ordering::Relaxed);
        if state.earliest <= now {
            state.end_waits(now, false);
        }
        loop {
            if let Some(next) = state.choose(me) {
                return (state, next);
            }
            if !state.anybody_waits_for_time() {
                // Nobody runs who could change what a look at the waits finds.
                drop(state);
                wait_graph::look_at_standstill();
                state = self.state();
            }
            let times = state.threads.iter().map(Member::until);
            let Some(time) = times.min().filter(|time| *time < u64::MAX) else {
                drop(state);
                watchdog::deadlock();
            };
            self.clock.fetch_max(time, Ordering::Relaxed);
            state.end_waits(time, true);
        }
    }
}

impl State {
    /// Notes a point in the digest (FNV-1a).
    fn note(&mut self, me: usize, site: &str) {
        self.counts.points += 1;
        let id = self.threads[me].id.to_le_bytes();
        for byte in site.bytes().chain(id) {
            self.counts.digest =
                (self.counts.digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
        }
    }

    fn choose(&mut self, me: usize) -> Option<usize> {
        let threads = self.threads.iter().enumerate();
        let ready = threads.filter(|(_, member)| member.now == Now::Ready);
        self.chooser.choose(me, ready.map(|(index, _)| index))
    }

    fn anybody_waits_for_time(&self) -> bool {
        let timed = |member: &Member| {
            matches!(
                member.now,
                Now::Waiting {
                    until: Until::Time(_),
                    ..
                }
            )
        };
        self.threads.iter().any(timed)
    }

    /// Lets go those whose time has come; those that wait out of patience only when all are `stuck`.
    fn end_waits(&mut self, now: u64, stuck: bool) {
        self.earliest = u64::MAX;
        for member in &mut self.threads {
            let Now::Waiting { until, .. } = member.now else {
                continue;
            };
            match until {
                Until::Time(time) if time <= now => member.now = Now::Ready,
                Until::Stuck(time) if stuck && time <= now => member.now = Now::Ready,
                Until::Time(time) => self.earliest = self.earliest.min(time),
                Until::Changed | Until::Stuck(_) => {}
            }
        }
    }
}

impl Member {
    fn until(&self) -> u64 {
        match self.now {
            Now::Waiting { until, .. } => until.time(),
            Now::Ready | Now::Ended => u64::MAX,
        }
    }
}
