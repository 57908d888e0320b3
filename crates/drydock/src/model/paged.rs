//! Paged memory — paged pool and PAGE sections are out of reach while a thread is at DISPATCH_LEVEL or above.
//!
//! The host protects memory for all threads alike. So a thread below DISPATCH_LEVEL that faults on a closed page waits in the fault
//! handler until no thread keeps the pages closed, and goes on. That cannot deadlock: a thread at DISPATCH_LEVEL must not wait for
//! one below. Where it does all the same (through a lock of the bench itself), the waiting thread's patience opens the pages.
//!
//! Closing costs system calls, so that only some raises close: the first of each place in the driver, and a seeded share.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::bounds::DISPATCH;
use super::pool::PoolKind;
use super::{pageable, pool, schedule, thread};
use crate::verify::{self, rule};

/// First raises of a place that close, on each thread.
const FIRST: u32 = 8;
/// Later raises of a place: one in so many closes.
const ONE_IN: u64 = 256;
/// A thread below DISPATCH_LEVEL waits so long for closed pages.
const PATIENCE: Duration = Duration::from_millis(20);

#[derive(Default)]
struct State {
    /// Threads at DISPATCH_LEVEL that closed the pages.
    closers: u32,
    /// Uses by the host's kernel, which cannot fault.
    pins: u32,
    closed: bool,
}

static STATE: Mutex<State> = Mutex::new(State {
    closers: 0,
    pins: 0,
    closed: false,
});
/// Off until a run begins, which has the fault handler.
static ON: AtomicBool = AtomicBool::new(false);
static SEED: AtomicU64 = AtomicU64::new(0);

thread_local! {
    /// Raises of each place on this thread.
    static RAISES: RefCell<HashMap<usize, u32>> = RefCell::new(HashMap::new());
    /// Whether this thread is one of the closers.
    static CLOSER: Cell<bool> = const { Cell::new(false) };
}

/// Sets whether raises close at all in this run.
pub fn configure(on: bool, seed: u64) {
    ON.store(on, Ordering::Relaxed);
    SEED.store(seed, Ordering::Relaxed);
}

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    fn close(&mut self) {
        if !self.closed && self.pins == 0 {
            // Both: a driver may have either.
            let pool = pool::set_paged_accessible(false);
            let code = pageable::set_accessible(false);
            self.closed = pool | code;
        }
    }

    fn open(&mut self) {
        if self.closed {
            pool::set_paged_accessible(true);
            pageable::set_accessible(true);
            self.closed = false;
        }
    }
}

/// Whether a raise at `site` is one that closes.
fn due(site: usize) -> bool {
    let raises = RAISES.with_borrow_mut(|raises| {
        let count = raises.entry(site).or_default();
        *count = count.wrapping_add(1);
        *count
    });
    let mixed = (SEED.load(Ordering::Relaxed) ^ u64::from(raises))
        .wrapping_mul(0x9E37_79B9_7F4A_7C15)
        .rotate_left(31);
    raises <= FIRST || mixed.is_multiple_of(ONE_IN)
}

/// This thread has come to DISPATCH_LEVEL or above at a place in the driver.
pub fn raised(site: usize) {
    if ON.load(Ordering::Relaxed) && !CLOSER.get() && due(site) {
        let mut state = state();
        state.closers += 1;
        state.close();
        CLOSER.set(true);
    }
}

/// This thread has left DISPATCH_LEVEL.
pub fn lowered() {
    if CLOSER.replace(false) {
        let mut state = state();
        state.closers -= 1;
        if state.closers == 0 {
            state.open();
        }
    }
}

/// This thread goes on after others had the turn.
pub(super) fn resumed() {
    if CLOSER.get() {
        state().close();
    }
}

/// Whether `address` is paged memory of any kind.
#[must_use]
pub fn is_paged(address: usize) -> bool {
    pool::is_paged(address) || pageable::contains(address)
}

/// Reports a synchronization object at `address` whose memory is pageable: whoever signals it may be at DISPATCH_LEVEL.
pub fn refuse_sync_object(address: usize) {
    if is_paged(address) {
        verify::violation(rule::SYNC_OBJECT_PAGEABLE, format!("object {address:#x}"));
    }
}

/// A fault at `address` on this thread: true once the access may be tried again, false if the fault is the driver's.
pub fn serve_fault(address: usize) -> bool {
    let pool = pool::is_paged(address);
    if thread::current().irql() >= DISPATCH || !(pool || pageable::contains(address)) {
        return false;
    }
    if pool && !pool::is_live_page(address) {
        return false;
    }
    if schedule::takes_part() {
        // Whoever closed them does not run, and closes them again when it does.
        state().open();
        return true;
    }
    let begun = Instant::now();
    loop {
        let mut state = state();
        if begun.elapsed() > PATIENCE {
            state.open();
        }
        if !state.closed {
            return true;
        }
        drop(state);
        std::thread::sleep(Duration::from_micros(50));
    }
}

/// Access of the bench itself, while it lives: a call at the wrong level was reported, and goes on.
pub struct Touch(bool);

impl Touch {
    /// For memory of this kind, at whatever level this thread is.
    #[must_use]
    pub fn from_any_level(kind: PoolKind) -> Self {
        let needed = kind == PoolKind::Paged && thread::current().irql() >= DISPATCH;
        if needed {
            let mut state = state();
            state.pins += 1;
            state.open();
        }
        Self(needed)
    }

    /// For the host's kernel, which gives an error where a program would fault, to use `bytes` at `address`.
    #[must_use]
    pub fn by_host(address: usize) -> Self {
        let needed = pool::is_paged(address);
        if needed {
            let mut state = state();
            state.pins += 1;
            state.open();
        }
        Self(needed)
    }
}

impl Drop for Touch {
    fn drop(&mut self) {
        if self.0 {
            state().pins -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_raises_of_a_place_close_and_only_some_of_the_later_ones() {
        let closing = (0..10_000).filter(|_| due(0x52_0000)).count();
        assert!((FIRST as usize..200).contains(&closing), "{closing}");
    }

    #[test]
    fn pins_keep_the_pages_open() {
        let mut state = State {
            pins: 1,
            ..State::default()
        };
        state.close();
        assert!(!state.closed);
    }
}
