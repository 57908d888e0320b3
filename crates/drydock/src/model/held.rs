//! The locks a thread holds, so that a callback that keeps one is caught.

use std::fmt;

use super::thread;
use crate::exports::gate::Call;
use crate::model::modules;

/// Kind of a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// ERESOURCE, shared.
    ResourceShared,
    /// ERESOURCE, exclusive.
    ResourceExclusive,
    /// EX_PUSH_LOCK, shared.
    PushLockShared,
    /// EX_PUSH_LOCK, exclusive.
    PushLockExclusive,
    /// FAST_MUTEX.
    FastMutex,
    /// KGUARDED_MUTEX.
    GuardedMutex,
    /// KSPIN_LOCK or EX_SPIN_LOCK.
    SpinLock,
    /// KMUTANT.
    Mutant,
}

/// One acquisition that is not yet released.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    /// What kind of lock.
    pub lock: Lock,
    /// Where the lock lives.
    pub address: usize,
    /// Return address of the acquiring call.
    pub caller: usize,
}

impl fmt::Display for Held {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{:?} {:#x} acquired at {}",
            self.lock,
            self.address,
            modules::describe(self.caller)
        )
    }
}

/// Notes that this thread took the lock at `address`.
pub fn taken(lock: Lock, address: usize) {
    let caller = Call::current().caller;
    thread::with_held(|held| {
        held.push(Held {
            lock,
            address,
            caller,
        })
    });
}

/// Notes that this thread gave back the lock at `address`; false if it does not hold it.
pub fn given_back(lock: Lock, address: usize) -> bool {
    thread::with_held(|held| {
        let found = held
            .iter()
            .rposition(|entry| entry.lock == lock && entry.address == address);
        found.is_some_and(|index| {
            held.remove(index);
            true
        })
    })
}

/// Whether this thread holds the lock at `address` in any way.
#[must_use]
pub fn holds(address: usize) -> Option<Held> {
    thread::with_held(|held| held.iter().copied().find(|entry| entry.address == address))
}
