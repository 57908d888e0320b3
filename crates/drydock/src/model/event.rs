//! Dispatcher objects — events, semaphores and mutexes in driver memory, and the wait for one of them.

use std::mem::offset_of;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use minifilter_sys::{DISPATCHER_HEADER, KMUTANT, KSEMAPHORE, NTSTATUS, STATUS_CANCELLED};

use super::driver_word::{long, word};
use super::held::{self, Lock};
use super::{lock_order, paged, thread, wait};
use crate::verify::{self, rule};

/// DISPATCHER_HEADER.Type values.
pub const NOTIFICATION_EVENT: u8 = 0;
/// Auto-reset event.
pub const SYNCHRONIZATION_EVENT: u8 = 1;
const MUTANT: u8 = 2;
const PROCESS: u8 = 3;
const SEMAPHORE: u8 = 5;
const THREAD: u8 = 6;
/// Timer that stays signalled.
pub const NOTIFICATION_TIMER: u8 = 8;
/// Timer that lets one waiter go.
pub const SYNCHRONIZATION_TIMER: u8 = 9;

const STATE: usize = offset_of!(DISPATCHER_HEADER, SignalState);
const LIST: usize = offset_of!(DISPATCHER_HEADER, WaitListHead);
const LIMIT: usize = offset_of!(KSEMAPHORE, Limit);
const OWNER: usize = offset_of!(KMUTANT, OwnerThread);

fn write_header(address: usize, kind: u8, size: u8, state: i32) {
    paged::refuse_sync_object(address);
    long(address).store(i32::from_le_bytes([kind, 0, size, 0]), Ordering::Relaxed);
    word(address + LIST).store(address + LIST, Ordering::Relaxed);
    word(address + LIST + 8).store(address + LIST, Ordering::Relaxed);
    long(address + STATE).store(state, Ordering::Release);
}

fn kind(address: usize) -> u8 {
    long(address).load(Ordering::Relaxed).to_le_bytes()[0] & 0x7f
}

/// `KeInitializeEvent` — an event of `kind` that is set or not.
pub fn initialize(address: usize, kind: u8, set: bool) {
    write_header(address, kind, 6, i32::from(set));
}

/// Where those wait who wait for several objects.
static SEVERAL: AtomicUsize = AtomicUsize::new(0);

fn several() -> usize {
    SEVERAL.as_ptr() as usize
}

/// The object at `address` may have been signalled.
fn wake(address: usize) {
    wait::wake(address);
    if SEVERAL.load(Ordering::SeqCst) != 0 {
        wait::wake(several());
    }
}

/// A timer that is not signalled.
pub fn initialize_timer(address: usize, kind: u8) {
    write_header(address, kind, 16, 0);
}

/// A timer was set anew.
pub fn unsignal(address: usize) {
    long(address + STATE).store(0, Ordering::Release);
}

/// A timer has expired, or a thread has ended.
pub fn signal(address: usize) {
    long(address + STATE).store(1, Ordering::Release);
    wake(address);
}

/// `KeSetEvent` — sets the event; gives back its former state.
pub fn set(address: usize) -> i32 {
    let old = long(address + STATE).swap(1, Ordering::AcqRel);
    wake(address);
    old
}

/// `KeResetEvent`, `KeClearEvent` — clears the event; gives back its former state.
pub fn reset(address: usize) -> i32 {
    long(address + STATE).swap(0, Ordering::AcqRel)
}

/// `KeReadStateEvent` — the state of a dispatcher object.
#[must_use]
pub fn state(address: usize) -> i32 {
    long(address + STATE).load(Ordering::Acquire)
}

/// `KeInitializeSemaphore` — a count of `count`, never above `limit`.
pub fn initialize_semaphore(address: usize, count: i32, limit: i32) {
    long(address + LIMIT).store(limit, Ordering::Relaxed);
    write_header(address, SEMAPHORE, 8, count);
}

/// `KeReleaseSemaphore` — adds to the count; gives back the former one, none above the limit.
pub fn release_semaphore(address: usize, adjustment: i32) -> Option<i32> {
    let limit = long(address + LIMIT).load(Ordering::Relaxed);
    let add = |now: i32| {
        now.checked_add(adjustment)
            .filter(|sum| *sum <= limit && adjustment > 0)
    };
    let old = long(address + STATE)
        .fetch_update(Ordering::AcqRel, Ordering::Acquire, add)
        .ok();
    wake(address);
    old
}

/// `KeInitializeMutex` — a free mutex.
pub fn initialize_mutex(address: usize) {
    lock_order::forget(address, 1);
    word(address + OWNER).store(0, Ordering::Relaxed);
    write_header(address, MUTANT, 14, 1);
}

/// `KeReleaseMutex` — gives the mutex back once; gives back the former state.
pub fn release_mutex(address: usize) -> i32 {
    if !held::given_back(Lock::Mutant, address) {
        verify::violation(
            rule::LOCK_NOT_ACQUIRED,
            format!("mutex {address:#x} is not held by this thread"),
        );
        return state(address);
    }
    let old = state(address);
    if old == 0 {
        word(address + OWNER).store(0, Ordering::Relaxed);
    }
    thread::current().leave_critical_region();
    long(address + STATE).fetch_add(1, Ordering::AcqRel);
    wake(address);
    old
}

/// Takes what a satisfied wait takes: one count, the event's set state, the mutex.
fn try_satisfy(address: usize, waits: bool) -> bool {
    let signal = long(address + STATE);
    match kind(address) {
        NOTIFICATION_EVENT | PROCESS | THREAD | NOTIFICATION_TIMER => {
            signal.load(Ordering::Acquire) > 0
        }
        MUTANT => take_mutex(address, waits),
        _ => {
            let take = |now: i32| (now > 0).then(|| now - 1);
            signal
                .fetch_update(Ordering::AcqRel, Ordering::Acquire, take)
                .is_ok()
        }
    }
}

fn take_mutex(address: usize, waits: bool) -> bool {
    let me = thread::current().kthread();
    let signal = long(address + STATE);
    let owner = word(address + OWNER);
    if owner.load(Ordering::Acquire) == me {
        signal.fetch_sub(1, Ordering::AcqRel);
    } else if signal
        .compare_exchange(1, 0, Ordering::AcqRel, Ordering::Acquire)
        .is_ok()
    {
        owner.store(me, Ordering::Release);
    } else {
        return false;
    }
    thread::current().enter_critical_region();
    if waits {
        held::taken(Lock::Mutant, address);
    } else {
        held::taken_by_trying(Lock::Mutant, address);
    }
    true
}

/// Whether this object is one the bench can wait for.
#[must_use]
pub fn waitable(address: usize) -> bool {
    matches!(
        kind(address),
        NOTIFICATION_EVENT
            | SYNCHRONIZATION_EVENT
            | MUTANT
            | PROCESS
            | SEMAPHORE
            | THREAD
            | NOTIFICATION_TIMER
            | SYNCHRONIZATION_TIMER
    )
}

/// `KeWaitForSingleObject` — waits until the object is signalled; false when `timeout` passed first.
#[must_use]
pub fn wait_for(address: usize, timeout: Option<Duration>) -> bool {
    let attempt = || try_satisfy(address, timeout.is_none()).then_some(());
    if attempt().is_some() {
        return true;
    }
    if timeout == Some(Duration::ZERO) {
        return false;
    }
    wait::until(
        address,
        timeout,
        || format!("dispatcher object {address:#x}"),
        attempt,
    )
    .is_some()
}

/// Gives back what a wait for several objects took before it found that not all are signalled.
fn undo(address: usize) {
    match kind(address) {
        NOTIFICATION_EVENT | PROCESS | THREAD | NOTIFICATION_TIMER => {}
        MUTANT => drop(release_mutex(address)),
        _ => {
            long(address + STATE).fetch_add(1, Ordering::AcqRel);
            wake(address);
        }
    }
}

/// Takes all of the objects or none.
fn take_all(addresses: &[usize], waits: bool) -> Option<usize> {
    for (index, address) in addresses.iter().enumerate() {
        if !try_satisfy(*address, waits) {
            addresses[..index].iter().for_each(|taken| undo(*taken));
            return None;
        }
    }
    Some(0)
}

/// `KeWaitForMultipleObjects` — waits for one of the objects, whose index it gives, or for all; none when `timeout` passed
/// first.
#[must_use]
pub fn wait_for_several(
    addresses: &[usize],
    all: bool,
    timeout: Option<Duration>,
) -> Option<usize> {
    let waits = timeout.is_none();
    let attempt = || match all {
        true => take_all(addresses, waits),
        false => addresses
            .iter()
            .position(|address| try_satisfy(*address, waits)),
    };
    if let Some(index) = attempt() {
        return Some(index);
    }
    if timeout == Some(Duration::ZERO) {
        return None;
    }
    SEVERAL.fetch_add(1, Ordering::SeqCst);
    let what = || format!("{} dispatcher objects", addresses.len());
    let index = wait::until(several(), timeout, what, attempt);
    SEVERAL.fetch_sub(1, Ordering::SeqCst);
    index
}

/// The same, until `given_up` says that the wait is over with STATUS_CANCELLED.
///
/// # Errors
/// STATUS_CANCELLED.
pub fn wait_for_several_or(
    addresses: &[usize],
    all: bool,
    timeout: Option<Duration>,
    given_up: impl Fn() -> bool,
) -> Result<Option<usize>, NTSTATUS> {
    let mut left = timeout;
    loop {
        let slice = left.map_or(SLICE, |left| left.min(SLICE));
        if let Some(index) = wait_for_several(addresses, all, Some(slice)) {
            return Ok(Some(index));
        }
        if given_up() {
            return Err(STATUS_CANCELLED);
        }
        left = left.map(|left| left - slice);
        if left == Some(Duration::ZERO) {
            return Ok(None);
        }
    }
}

/// How long a cancellable wait goes on before it asks whether it is still wanted.
const SLICE: Duration = Duration::from_millis(20);

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicU64;

    fn place() -> usize {
        let memory: &'static [AtomicU64; 7] = Box::leak(Box::new([const { AtomicU64::new(0) }; 7]));
        memory.as_ptr() as usize
    }

    const NOW: Option<Duration> = Some(Duration::ZERO);

    #[test]
    fn a_notification_event_stays_set_and_a_synchronization_event_does_not() {
        let (notification, synchronization) = (place(), place());
        initialize(notification, NOTIFICATION_EVENT, true);
        initialize(synchronization, SYNCHRONIZATION_EVENT, true);
        assert!(wait_for(notification, NOW) && wait_for(notification, NOW));
        assert!(wait_for(synchronization, NOW) && !wait_for(synchronization, NOW));
        assert_eq!((set(synchronization), reset(synchronization)), (0, 1));
    }

    #[test]
    fn setting_an_event_lets_a_waiter_go() {
        let at = place();
        initialize(at, SYNCHRONIZATION_EVENT, false);
        std::thread::scope(|scope| {
            let waiter = scope.spawn(|| wait_for(at, None));
            std::thread::sleep(Duration::from_millis(2));
            set(at);
            assert_eq!(waiter.join().ok(), Some(true));
        });
        assert!(!wait_for(at, Some(Duration::from_millis(2))));
    }

    #[test]
    fn a_semaphore_counts_up_to_its_limit() {
        let at = place();
        initialize_semaphore(at, 1, 2);
        assert_eq!(
            (release_semaphore(at, 1), release_semaphore(at, 1)),
            (Some(1), None)
        );
        assert!(wait_for(at, NOW) && wait_for(at, NOW) && !wait_for(at, NOW));
    }

    #[test]
    fn a_mutex_recurses_and_disables_apcs() {
        let at = place();
        initialize_mutex(at);
        assert!(wait_for(at, NOW) && wait_for(at, NOW));
        assert!(thread::current().apcs_disabled());
        release_mutex(at);
        release_mutex(at);
        assert_eq!((state(at), thread::current().apcs_disabled()), (1, false));
    }
}
