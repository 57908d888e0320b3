//! KSPIN_LOCK and EX_SPIN_LOCK — locks taken at DISPATCH; who spins on his own lock would spin for ever.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::driver_word::{long, word};
use super::held::{self, Lock};
use super::wait::Entry;
use super::wait_graph::Suspicion;
use super::{lock_order, paged};
use super::{schedule, thread, wait};
use crate::verify::{self, rule};

/// Spins with a bounded patience for the processor, then lets another OS thread run.
fn spin_until(address: usize, mut attempt: impl FnMut() -> bool) {
    if schedule::takes_part() {
        let what = || format!("spin lock {address:#x}");
        wait::until(address, None, what, || attempt().then_some(()));
        return;
    }
    for tries in 1..PATIENT_TRIES {
        if attempt() {
            return;
        }
        if tries.is_multiple_of(64) {
            std::thread::yield_now()
        } else {
            std::hint::spin_loop()
        }
    }
    spin_slowly(address, attempt);
}

/// Spins before it is looked whether the owner can ever give the lock back.
const PATIENT_TRIES: u32 = 10_000;
const GLANCE: Duration = Duration::from_millis(50);

#[cold]
fn spin_slowly(address: usize, mut attempt: impl FnMut() -> bool) {
    let _waiting = Entry::make(address, format!("spin lock {address:#x}"), true);
    let mut suspicion = Suspicion::default();
    let mut looked = Instant::now();
    while !attempt() {
        std::thread::yield_now();
        if looked.elapsed() > GLANCE {
            suspicion.look();
            looked = Instant::now();
        }
    }
}

fn refuse_recursion(address: usize) {
    if let Some(own) = held::holds(address) {
        verify::self_deadlock(address, format!("this thread already holds {own}"));
    }
}

fn require_held(lock: Lock, address: usize) -> bool {
    let held = held::given_back(lock, address);
    if !held {
        verify::violation(
            rule::LOCK_NOT_ACQUIRED,
            format!("spin lock {address:#x} is not held by this thread"),
        );
    }
    held
}

/// `KeInitializeSpinLock` — makes the lock at `address` free.
pub fn initialize(address: usize) {
    lock_order::forget(address, 1);
    paged::refuse_sync_object(address);
    word(address).store(0, Ordering::Release);
}

/// `KeAcquireSpinLock…` — takes the lock; the level is the caller's business.
pub fn acquire(address: usize) {
    refuse_recursion(address);
    let (lock, me) = (word(address), thread::current().kthread());
    spin_until(address, || {
        lock.compare_exchange_weak(0, me | 1, Ordering::Acquire, Ordering::Relaxed)
            .is_ok()
    });
    held::taken(Lock::SpinLock, address);
}

/// `KeTryToAcquireSpinLockAtDpcLevel` — takes the lock if it is free.
pub fn try_acquire(address: usize) -> bool {
    let me = thread::current().kthread();
    let taken = word(address)
        .compare_exchange(0, me | 1, Ordering::Acquire, Ordering::Relaxed)
        .is_ok();
    if taken {
        held::taken_by_trying(Lock::SpinLock, address);
    }
    taken
}

/// `KeReleaseSpinLock…` — gives the lock back.
pub fn release(address: usize) {
    if require_held(Lock::SpinLock, address) {
        word(address).store(0, Ordering::Release);
        released(address);
    }
}

/// Spinning threads look for themselves, unless they wait for a turn.
fn released(address: usize) {
    if schedule::on() {
        wait::wake(address);
    }
}

/// `KeTestSpinLock` — whether the lock is free.
#[must_use]
pub fn is_free(address: usize) -> bool {
    word(address).load(Ordering::Relaxed) == 0
}

/// EX_SPIN_LOCK: the sign bit is the exclusive owner, the rest counts sharers.
const EXCLUSIVE: i32 = i32::MIN;

/// `ExAcquireSpinLockExclusive`, `ExAcquireSpinLockShared` — takes the reader-writer lock.
pub fn acquire_ex(address: usize, exclusive: bool) {
    refuse_recursion(address);
    spin_until(address, || take_ex(address, exclusive));
    held::taken(lock_ex(exclusive), address);
}

fn lock_ex(exclusive: bool) -> Lock {
    if exclusive {
        Lock::SpinLock
    } else {
        Lock::SpinLockShared
    }
}

fn take_ex(address: usize, exclusive: bool) -> bool {
    let take = |now: i32| match exclusive {
        true => (now == 0).then_some(EXCLUSIVE),
        false => (now >= 0).then(|| now + 1),
    };
    long(address)
        .fetch_update(Ordering::Acquire, Ordering::Relaxed, take)
        .is_ok()
}

/// `ExTryAcquireSpinLock…AtDpcLevel` — takes the reader-writer lock if it is free.
pub fn try_acquire_ex(address: usize, exclusive: bool) -> bool {
    let taken = take_ex(address, exclusive);
    if taken {
        held::taken_by_trying(lock_ex(exclusive), address);
    }
    taken
}

/// `ExReleaseSpinLockExclusive`, `ExReleaseSpinLockShared` — gives the reader-writer lock back.
pub fn release_ex(address: usize, exclusive: bool) {
    if !require_held(lock_ex(exclusive), address) {
        return;
    }
    if exclusive {
        long(address).store(0, Ordering::Release);
    } else {
        long(address).fetch_sub(1, Ordering::Release);
    }
    released(address);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::tests::violations_of;
    use std::sync::atomic::AtomicUsize;

    fn place() -> usize {
        Box::leak(Box::new(AtomicUsize::new(0))).as_ptr() as usize
    }

    #[test]
    fn one_thread_at_a_time() {
        let (at, inside) = (place(), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    for _ in 0..2000 {
                        acquire(at);
                        assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                        inside.fetch_sub(1, Ordering::SeqCst);
                        release(at);
                    }
                });
            }
        });
        assert!(is_free(at));
    }

    #[test]
    fn sharers_share_and_a_writer_does_not() {
        let at = place();
        acquire_ex(at, false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                assert!(!try_acquire_ex(at, true));
                assert!(try_acquire_ex(at, false));
                release_ex(at, false);
            });
        });
        release_ex(at, false);
        assert!(try_acquire_ex(at, true));
        release_ex(at, true);
    }

    #[test]
    fn releasing_a_lock_of_another_thread_is_reported() {
        let at = place();
        acquire(at);
        let found = violations_of("", || release(at));
        assert_eq!(found, ["lock released that the thread does not hold"]);
        release(at);
    }
}
