//! EX_PUSH_LOCK — a small lock, shared or exclusive, not recursive; Ex and Flt forms are one lock.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::driver_word::word;
use super::held::{self, Lock};
use super::{lock_order, wait};
use crate::verify::{self, rule};

/// Bit 0: owned exclusively; the number of sharers above bit 4.
const EXCLUSIVE: usize = 1;
const SHARER: usize = 1 << 4;

/// EX_PUSH_LOCK flags: bit 0 disables boosting, bit 1 is internal; anything else is bug check 0x152.
pub fn check_flags(address: usize, flags: u32) {
    if flags & !3 != 0 {
        let detail = format!("push lock {address:#x} with flags {flags:#x}");
        verify::bugcheck(0x152, [u64::from(flags), address as u64, 0, 0], detail);
    }
}

/// `FltInitializePushLock` — makes the push lock at `address` free.
pub fn initialize(address: usize) {
    lock_order::forget(address, 1);
    word(address).store(0, Ordering::Release);
}

/// `ExAcquirePushLock…`, `FltAcquirePushLock…` — takes the lock, waiting for it.
pub fn acquire(address: usize, exclusive: bool) {
    refuse_recursion(address, exclusive);
    let state = word(address);
    let attempt = || try_take(state, exclusive).then_some(());
    if attempt().is_none() {
        let what = || {
            format!(
                "{} push lock {address:#x}",
                if exclusive { "exclusive" } else { "shared" }
            )
        };
        wait::until(address, None, what, attempt);
    }
    held::taken(
        if exclusive {
            Lock::PushLockExclusive
        } else {
            Lock::PushLockShared
        },
        address,
    );
}

fn try_take(state: &AtomicUsize, exclusive: bool) -> bool {
    let take = |now: usize| match exclusive {
        true => (now == 0).then_some(EXCLUSIVE),
        false => (now & EXCLUSIVE == 0).then(|| now + SHARER),
    };
    state
        .fetch_update(Ordering::Acquire, Ordering::Relaxed, take)
        .is_ok()
}

fn refuse_recursion(address: usize, exclusive: bool) {
    let Some(own) = held::holds(address) else {
        return;
    };
    let detail = format!("this thread already holds {own}");
    if exclusive || own.lock == Lock::PushLockExclusive {
        verify::self_deadlock(address, detail);
    }
    verify::violation(rule::PUSH_LOCK_RECURSION, detail);
}

/// `ExReleasePushLock…`, `FltReleasePushLock` — gives the lock back; `exclusive` where the function says which.
pub fn release(address: usize, exclusive: Option<bool>) {
    let state = word(address);
    let was_exclusive = state.load(Ordering::Relaxed) & EXCLUSIVE != 0;
    let lock = if was_exclusive {
        Lock::PushLockExclusive
    } else {
        Lock::PushLockShared
    };
    if !held::given_back(lock, address) || exclusive.is_some_and(|stated| stated != was_exclusive) {
        verify::violation(
            rule::LOCK_NOT_ACQUIRED,
            format!("push lock {address:#x} is not held in that way"),
        );
        if state.load(Ordering::Relaxed) == 0 {
            return;
        }
    }
    state.fetch_sub(
        if was_exclusive { EXCLUSIVE } else { SHARER },
        Ordering::Release,
    );
    wait::wake(address);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::tests::violations_of;

    fn place() -> usize {
        Box::leak(Box::new(AtomicUsize::new(0))).as_ptr() as usize
    }

    #[test]
    fn sharers_keep_a_writer_out_until_the_last_leaves() {
        let at = place();
        let order = AtomicUsize::new(0);
        acquire(at, false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                acquire(at, true);
                assert_eq!(order.load(Ordering::SeqCst), 1);
                release(at, Some(true));
            });
            std::thread::sleep(std::time::Duration::from_millis(5));
            order.store(1, Ordering::SeqCst);
            release(at, None);
        });
        assert_eq!(word(at).load(Ordering::SeqCst), 0);
    }

    #[test]
    fn a_release_without_acquire_is_reported() {
        let found = violations_of("", || release(place(), None));
        assert_eq!(found, ["lock released that the thread does not hold"]);
    }

    #[test]
    fn sharing_twice_is_reported() {
        let found = violations_of("", || {
            let at = place();
            acquire(at, false);
            acquire(at, false);
            release(at, Some(false));
            release(at, Some(false));
        });
        assert_eq!(found, ["push lock acquired shared twice by one thread"]);
    }
}
