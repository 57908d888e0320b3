//! FAST_MUTEX and KGUARDED_MUTEX — one owner, not recursive; the bench keeps owner and count where Windows does.

use std::mem::offset_of;
use std::sync::atomic::Ordering;

use minifilter_sys::FAST_MUTEX;

use super::bounds::APC;
use super::driver_word::{long, word};
use super::held::{self, Lock};
use super::{irql, lock_order, paged, thread, wait};
use crate::verify::{self, rule};

/// What is switched off while the mutex is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// ExAcquireFastMutex: the level is APC.
    Fast,
    /// KeAcquireGuardedMutex: a guarded region.
    Guarded,
    /// The Unsafe forms: the caller has seen to it.
    Unsafe,
}

const COUNT: usize = offset_of!(FAST_MUTEX, Count);
const OWNER: usize = offset_of!(FAST_MUTEX, Owner);
const CONTENTION: usize = offset_of!(FAST_MUTEX, Contention);
const OLD_IRQL: usize = offset_of!(FAST_MUTEX, OldIrql);

/// `KeInitializeGuardedMutex` — makes the mutex at `address` free.
pub fn initialize(address: usize) {
    lock_order::forget(address, 1);
    paged::refuse_sync_object(address);
    long(address + COUNT).store(1, Ordering::Release);
    word(address + OWNER).store(0, Ordering::Release);
    long(address + CONTENTION).store(0, Ordering::Release);
}

/// `ExAcquireFastMutex` and its kin — takes the mutex, waiting for it.
pub fn acquire(address: usize, form: Form) {
    if let Some(own) = held::holds(address) {
        verify::self_deadlock(address, format!("this thread already holds {own}"));
    }
    let old = enter(form);
    if !try_take(address) {
        long(address + CONTENTION).fetch_add(1, Ordering::Relaxed);
        wait::until(
            address,
            None,
            || format!("fast mutex {address:#x}"),
            || try_take(address).then_some(()),
        );
    }
    held::taken(own(address, form, old), address);
}

/// `ExTryToAcquireFastMutex` — takes the mutex if it is free.
pub fn try_acquire(address: usize, form: Form) -> bool {
    let old = enter(form);
    if try_take(address) {
        held::taken_by_trying(own(address, form, old), address);
        return true;
    }
    leave(form, old);
    false
}

fn try_take(address: usize) -> bool {
    long(address + COUNT)
        .compare_exchange(1, 0, Ordering::Acquire, Ordering::Relaxed)
        .is_ok()
}

fn own(address: usize, form: Form, old: u8) -> Lock {
    word(address + OWNER).store(thread::current().kthread(), Ordering::Relaxed);
    long(address + OLD_IRQL).store(i32::from(old), Ordering::Relaxed);
    lock(form)
}

fn lock(form: Form) -> Lock {
    if form == Form::Guarded {
        Lock::GuardedMutex
    } else {
        Lock::FastMutex
    }
}

fn enter(form: Form) -> u8 {
    match form {
        Form::Fast => return irql::raise(APC),
        Form::Guarded => thread::current().enter_guarded_region(),
        Form::Unsafe => {}
    }
    thread::current().irql()
}

fn leave(form: Form, old: u8) {
    match form {
        Form::Fast => irql::lower(old),
        Form::Guarded => thread::current().leave_guarded_region(),
        Form::Unsafe => {}
    }
}

/// `ExReleaseFastMutex` and its kin — gives the mutex back.
pub fn release(address: usize, form: Form) {
    let known =
        held::given_back(Lock::FastMutex, address) || held::given_back(Lock::GuardedMutex, address);
    if !known {
        verify::violation(
            rule::LOCK_NOT_ACQUIRED,
            format!("fast mutex {address:#x} is not held by this thread"),
        );
    }
    let old = long(address + OLD_IRQL).load(Ordering::Relaxed);
    word(address + OWNER).store(0, Ordering::Relaxed);
    long(address + COUNT).store(1, Ordering::Release);
    wait::wake(address);
    if known {
        leave(form, u8::try_from(old).unwrap_or(0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::tests::violations_of;
    use std::sync::atomic::{AtomicU64, AtomicUsize};

    fn place() -> usize {
        let memory: &'static [AtomicU64; 7] = Box::leak(Box::new([const { AtomicU64::new(0) }; 7]));
        let address = memory.as_ptr() as usize;
        initialize(address);
        address
    }

    #[test]
    fn the_owner_runs_at_apc_and_returns_to_its_level() {
        let at = place();
        acquire(at, Form::Fast);
        assert_eq!(thread::current().irql(), APC);
        assert_eq!(
            word(at + OWNER).load(Ordering::Relaxed),
            thread::current().kthread()
        );
        release(at, Form::Fast);
        assert_eq!(thread::current().irql(), 0);
    }

    #[test]
    fn a_second_thread_waits_its_turn() {
        let (at, inside) = (place(), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    for _ in 0..1000 {
                        acquire(at, Form::Guarded);
                        assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                        inside.fetch_sub(1, Ordering::SeqCst);
                        release(at, Form::Guarded);
                    }
                    assert!(!thread::current().apcs_disabled());
                });
            }
        });
    }

    #[test]
    fn trying_a_held_mutex_changes_nothing() {
        let at = place();
        acquire(at, Form::Guarded);
        let tried = std::thread::scope(|scope| {
            scope
                .spawn(|| (try_acquire(at, Form::Fast), thread::current().irql()))
                .join()
                .ok()
        });
        assert_eq!(tried, Some((false, 0)));
        release(at, Form::Guarded);
    }

    #[test]
    fn a_release_without_acquire_is_reported() {
        let found = violations_of("", || release(place(), Form::Fast));
        assert_eq!(found, ["lock released that the thread does not hold"]);
    }
}
