//! KTIMER — timers of drivers: set, cancelled, expired once or again and again, with their DPCs.

use std::collections::BTreeMap;
use std::mem::offset_of;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, Once, PoisonError};
use std::time::Duration;

use minifilter_sys::KTIMER;

use super::driver_word::{long, word};
use super::objects::{self, Kind};
use super::{dpc, event, schedule, time, wait};
use crate::exports::gate::Call;

/// A timer that is set.
#[derive(Clone, Copy)]
struct Set {
    due: Duration,
    period: Duration,
    dpc: usize,
}

static SET: Mutex<BTreeMap<usize, Set>> = Mutex::new(BTreeMap::new());

fn all<R>(look: impl FnOnce(&mut BTreeMap<usize, Set>) -> R) -> R {
    look(&mut SET.lock().unwrap_or_else(PoisonError::into_inner))
}

fn address() -> usize {
    std::ptr::from_ref(&SET) as usize
}

/// `KeInitializeTimerEx` — a timer of `kind` that is not set.
pub fn initialize(timer: usize, kind: u8) {
    for offset in (0..size_of::<KTIMER>()).step_by(8) {
        word(timer + offset).store(0, Ordering::Relaxed);
    }
    event::initialize_timer(timer, kind);
}

/// `KeSetTimerEx` — due after units of 100 ns (negative) or at a system time, then every `period` milliseconds; whether it
/// was set before.
pub fn set(timer: usize, due: i64, period: u32, dpc: usize) -> bool {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        let spawned = schedule::spawn("timers", serve);
        assert!(spawned.is_ok(), "the host gives no thread for timers");
    });
    let units = if due < 0 {
        due.unsigned_abs()
    } else {
        u64::try_from(due - time::system_time()).unwrap_or(0)
    };
    event::unsignal(timer);
    long(timer + offset_of!(KTIMER, Period)).store(period as i32, Ordering::Relaxed);
    word(timer + offset_of!(KTIMER, Dpc)).store(dpc, Ordering::Relaxed);
    let set = Set {
        due: time::running() + Duration::from_nanos(units.saturating_mul(100)),
        period: Duration::from_millis(period.into()),
        dpc,
    };
    objects::initialised(timer, Kind::Timer, Call::current().caller);
    let before = all(|all| all.insert(timer, set)).is_some();
    wait::wake(address());
    before
}

/// `KeCancelTimer` — whether it was set; a DPC that it has queued stays queued.
pub fn cancel(timer: usize) -> bool {
    let was_set = all(|all| all.remove(&timer)).is_some();
    if was_set {
        objects::deleted(timer);
    }
    was_set
}

/// The timer's memory is gone.
pub fn forget(timer: usize) {
    all(|all| all.remove(&timer));
}

fn serve() {
    loop {
        let next = all(|all| all.values().map(|set| set.due).min());
        let left = next.map(|due| due.saturating_sub(time::running()));
        let changed = || (all(|all| all.values().map(|set| set.due).min()) != next).then_some(());
        if left != Some(Duration::ZERO) && wait::idle(address(), left, changed).is_some() {
            continue;
        }
        expire(time::running());
    }
}

/// Every timer that is due by now expires.
fn expire(now: Duration) {
    let due = all(|all| {
        let due: Vec<(usize, Set)> = all
            .iter()
            .filter(|(_, set)| set.due <= now)
            .map(|(timer, set)| (*timer, *set))
            .collect();
        for (timer, set) in &due {
            if set.period.is_zero() {
                all.remove(timer);
                objects::deleted(*timer);
            } else if let Some(again) = all.get_mut(timer) {
                again.due = set.due + set.period;
            }
        }
        // Under the lock: a timer that is cancelled after this has expired before.
        due.iter().for_each(|(timer, _)| event::signal(*timer));
        dpc::announce(due.len());
        due
    });
    for (_, set) in due {
        dpc::arrive(set.dpc);
    }
}
