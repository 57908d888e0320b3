//! EX_RUNDOWN_REF — a count that can be refused and waited out, plain and cache-aware alike.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use super::address_map::AddressMap;
use super::objects::{self, Kind};
use super::thread::{self, Thread};
use super::{modules, wait, work_queue};
use crate::exports::gate::Call;
use crate::verify::{self, rule};

/// Bit 0: run down has begun; the count of references above it.
const ACTIVE: u64 = 1;
const ONE: u64 = 2;

/// A reference that the waiting thread took may be dropped by another one, such as a worker. Nobody does it any more
/// when no worker has anything to do and the count has stood still for so long.
const GRACE: Duration = Duration::from_millis(500);

#[derive(Default)]
struct Rundown {
    word: AtomicU64,
    last_caller: AtomicUsize,
}

static RUNDOWNS: AddressMap<Rundown> = AddressMap::new();

/// References taken and dropped in the whole run.
static TAKEN: AtomicU64 = AtomicU64::new(0);
static DROPPED: AtomicU64 = AtomicU64::new(0);

/// References taken and dropped so far, counted one by one although a call may take many.
#[must_use]
pub fn totals() -> (u64, u64) {
    (
        TAKEN.load(Ordering::Relaxed),
        DROPPED.load(Ordering::Relaxed),
    )
}

fn note_own(address: usize, change: i64) {
    thread::current().change_references(|own| {
        match own.iter().position(|(known, _)| *known == address) {
            Some(index) => {
                own[index].1 += change;
                if own[index].1 == 0 {
                    own.swap_remove(index);
                }
            }
            None => own.push((address, change)),
        }
    });
}

/// References that this thread took and did not drop.
fn own(address: usize) -> i64 {
    thread::current().change_references(|own| count_of(own, address))
}

fn count_of(references: &[(usize, i64)], address: usize) -> i64 {
    let found = references.iter().find(|(known, _)| *known == address);
    found.map_or(0, |(_, count)| *count)
}

/// The threads that hold the references on the block at `address`; none where that is not known, since threads have
/// dropped references that others took.
pub fn holders(address: usize) -> Vec<&'static Thread> {
    let counts = thread::all().into_iter().map(|thread| {
        let count = thread.change_references(|references| count_of(references, address));
        (thread, count)
    });
    let counts: Vec<_> = counts.filter(|(_, count)| *count != 0).collect();
    if counts.iter().any(|(_, count)| *count < 0) {
        return Vec::new();
    }
    counts.into_iter().map(|(thread, _)| thread).collect()
}

fn lookup(address: usize) -> Arc<Rundown> {
    RUNDOWNS
        .get(address)
        .unwrap_or_else(|| adopt_uninitialised(address))
}

#[cold]
fn adopt_uninitialised(address: usize) -> Arc<Rundown> {
    verify::violation(
        rule::RUNDOWN_UNINITIALISED,
        format!("run-down block {address:#x} was never initialised"),
    );
    let state = Arc::new(Rundown::default());
    RUNDOWNS.insert(address, Arc::clone(&state));
    state
}

/// `ExInitializeRundownProtection` — makes the block at `address` usable, count 0.
pub fn initialize(address: usize) {
    objects::initialised(address, Kind::Rundown, Call::current().caller);
    if let Some(old) = RUNDOWNS.insert(address, Arc::new(Rundown::default())) {
        report_left(address, &old, "initialised again");
    }
}

/// `ExAcquireRundownProtectionEx` — takes `count` references; false once run down has begun.
#[must_use]
pub fn acquire(address: usize, count: u32) -> bool {
    let state = lookup(address);
    let add = |word| (word & ACTIVE == 0).then(|| word + ONE * u64::from(count));
    let acquired = state
        .word
        .fetch_update(Ordering::AcqRel, Ordering::Acquire, add)
        .is_ok();
    if acquired {
        TAKEN.fetch_add(u64::from(count), Ordering::Relaxed);
        state
            .last_caller
            .store(Call::current().caller, Ordering::Relaxed);
        note_own(address, i64::from(count));
    }
    acquired
}

/// `ExReleaseRundownProtectionEx` — drops `count` references; the last one lets a waiter go.
pub fn release(address: usize, count: u32) {
    let state = lookup(address);
    // More than there are: all there are, so that one fault does not turn into a hang.
    let dropped = |word: u64| u64::from(count).min(word / ONE);
    let drop_them = |word: u64| Some(word - ONE * dropped(word));
    let before = state
        .word
        .fetch_update(Ordering::AcqRel, Ordering::Acquire, drop_them);
    let word = before.unwrap_or_else(|word| word);
    DROPPED.fetch_add(dropped(word), Ordering::Relaxed);
    note_own(address, -dropped(word).cast_signed());
    if word & ACTIVE != 0 && word / ONE == dropped(word) {
        wait::wake(address);
    }
    if dropped(word) < u64::from(count) {
        over_released(address, count, word / ONE);
    }
}

#[cold]
fn over_released(address: usize, count: u32, left: u64) {
    let detail = format!("run-down block {address:#x}: {count} released while {left} are acquired");
    verify::violation(rule::RUNDOWN_OVER_RELEASED, detail);
}

/// `ExWaitForRundownProtectionRelease` — refuses new references and returns when the last is dropped.
pub fn wait_for_release(address: usize) {
    let state = lookup(address);
    if state.word.fetch_or(ACTIVE, Ordering::AcqRel) & !ACTIVE == 0 {
        return;
    }
    let what = || format!("the release of run-down block {address:#x}");
    let word = || state.word.load(Ordering::Acquire);
    let run_down = || (word() == ACTIVE).then_some(());
    loop {
        let before = (word(), work_queue::done());
        if wait::patiently(address, GRACE, what, run_down).is_some() {
            return;
        }
        let still = before == (word(), work_queue::done()) && work_queue::idle();
        if still && own(address) > 0 {
            waits_for_itself(address, word() / ONE);
        }
    }
}

#[cold]
fn waits_for_itself(address: usize, left: u64) -> ! {
    let detail = format!(
        "run-down block {address:#x} is waited for by a thread that holds {} of the {left} references left",
        own(address)
    );
    verify::violation(rule::RUNDOWN_WAITED_WITH_REFERENCE, detail.clone());
    verify::self_deadlock(address, detail)
}

/// `ExRundownCompleted` — marks a waited-for block as run down.
pub fn completed(address: usize) {
    after_wait(address, "ExRundownCompleted");
}

/// `ExReInitializeRundownProtection` — makes a run-down block usable again.
pub fn reinitialize(address: usize) {
    let state = after_wait(address, "re-initialised");
    state.word.store(0, Ordering::Release);
}

fn after_wait(address: usize, what: &str) -> Arc<Rundown> {
    let state = lookup(address);
    let word = state.word.load(Ordering::Acquire);
    if word != ACTIVE {
        let detail = format!(
            "run-down block {address:#x}: {what} with {} references and no completed wait",
            word / ONE
        );
        verify::violation(rule::RUNDOWN_NOT_RUN_DOWN, detail);
    }
    state
}

/// `ExFreeCacheAwareRundownProtection` — ends the life of a block that the kernel allocated.
pub fn delete(address: usize) {
    objects::deleted(address);
    storage_gone(address, "freed");
}

/// The memory of the block is gone; references still held could never be dropped.
pub fn storage_gone(address: usize, how: &str) {
    if let Some(state) = RUNDOWNS.remove(address) {
        report_left(address, &state, how);
    }
}

fn report_left(address: usize, state: &Rundown, how: &str) {
    let left = state.word.load(Ordering::Acquire) / ONE;
    if left > 0 {
        let caller = state.last_caller.load(Ordering::Relaxed);
        let place = modules::describe(address);
        let detail =
            format!("run-down block {address:#x} ({place}) {how} with {left} references acquired");
        verify::violation_from(
            rule::RUNDOWN_LEFT_ACQUIRED,
            "ExAcquireRundownProtection",
            caller,
            detail,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::tests::violations_of;
    use std::sync::atomic::AtomicBool;

    #[test]
    fn a_wait_refuses_new_references_and_ends_with_the_last() {
        let at = 0x20_0000;
        initialize(at);
        assert!(acquire(at, 3));
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                wait_for_release(at);
                done.store(true, Ordering::SeqCst);
            });
            while acquire(at, 1) {
                release(at, 1);
            }
            release(at, 2);
            std::thread::sleep(Duration::from_millis(5));
            assert!(!done.load(Ordering::SeqCst));
            release(at, 1);
        });
        assert!(done.load(Ordering::SeqCst));
        completed(at);
        reinitialize(at);
        assert!(acquire(at, 1));
        release(at, 1);
    }

    #[test]
    fn a_worker_may_take_its_time_to_release_for_the_thread_that_waits() {
        let at = 0x20_4000;
        initialize(at);
        assert!(acquire(at, 1));
        work_queue::queue(Box::new(move || {
            std::thread::sleep(3 * GRACE);
            release(at, 1);
        }));
        wait_for_release(at);
        completed(at);
    }

    #[test]
    fn a_release_without_an_acquire_is_reported() {
        let at = 0x20_1000;
        let found = violations_of("", || {
            initialize(at);
            assert!(acquire(at, 1));
            release(at, 2);
            release(at, 1);
        });
        assert_eq!(
            found,
            ["rundown protection released more often than acquired"]
        );
    }

    #[test]
    fn storage_freed_while_acquired_is_reported() {
        let at = 0x20_2000;
        let found = violations_of("ExAcquireRundownProtection", || {
            initialize(at);
            assert!(acquire(at, 2));
            objects::memory_freed(at - 8, 64);
        });
        assert_eq!(found, ["rundown protection left acquired"]);
    }

    #[test]
    fn reuse_without_a_wait_is_reported() {
        let at = 0x20_3000;
        let found = violations_of("", || {
            initialize(at);
            reinitialize(at);
        });
        assert_eq!(
            found,
            ["rundown completed or re-initialised without a wait"]
        );
    }
}
