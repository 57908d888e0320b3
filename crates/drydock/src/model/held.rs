//! The locks a thread holds, so that a callback that keeps one is caught.

use std::fmt;

use super::{lock_order, thread};
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
    /// EX_SPIN_LOCK, shared.
    SpinLockShared,
    /// KMUTANT.
    Mutant,
    /// No lock, but something that another thread may wait for: a reference on an EX_RUNDOWN_REF.
    RundownReference,
    /// The same: a work item that is under way.
    WorkItem,
}

impl Lock {
    /// Whether others may hold it at the same time.
    #[must_use]
    pub fn is_shared(self) -> bool {
        matches!(
            self,
            Self::ResourceShared | Self::PushLockShared | Self::SpinLockShared
        )
    }

    /// Whether it is no lock: any thread may give it up.
    #[must_use]
    pub fn is_promise(self) -> bool {
        matches!(self, Self::RundownReference | Self::WorkItem)
    }

    /// Whether Driver Verifier's deadlock detection knows this kind.
    #[must_use]
    pub fn is_in_verifier_s_graph(self) -> bool {
        matches!(
            self,
            Self::SpinLock | Self::FastMutex | Self::GuardedMutex | Self::Mutant
        )
    }
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

/// Notes that this thread took the lock at `address`, and would have waited for it.
pub fn taken(lock: Lock, address: usize) {
    enter(lock, address, true);
}

/// Notes that this thread took the lock at `address`, which it would not have waited for.
pub fn taken_by_trying(lock: Lock, address: usize) {
    enter(lock, address, false);
}

fn enter(lock: Lock, address: usize, waits: bool) {
    let caller = Call::current().caller;
    let new = Held {
        lock,
        address,
        caller,
    };
    let before = thread::with_held(|held| {
        let before = (waits && !held.is_empty()).then(|| held.clone());
        held.push(new);
        before
    });
    if let Some(before) = before {
        lock_order::taken(&before, &new);
    }
}

/// Notes that this thread gave back the lock at `address`; false if it does not hold it.
pub fn given_back(lock: Lock, address: usize) -> bool {
    thread::with_held(|held| remove(held, lock, address))
}

/// Notes that the lock at `address` was given back for the thread with this resource thread id, whichever runs here.
pub fn given_back_for(kthread: usize, lock: Lock, address: usize) -> bool {
    if thread::current().kthread() == kthread {
        return given_back(lock, address);
    }
    let owner = thread::all()
        .into_iter()
        .find(|thread| thread.kthread() == kthread);
    owner.is_some_and(|owner| owner.change_held(|held| remove(held, lock, address)))
}

fn remove(held: &mut Vec<Held>, lock: Lock, address: usize) -> bool {
    let found = held
        .iter()
        .rposition(|entry| entry.lock == lock && entry.address == address);
    found.is_some_and(|index| {
        held.remove(index);
        true
    })
}

/// Whether this thread holds the lock at `address` in any way.
#[must_use]
pub fn holds(address: usize) -> Option<Held> {
    thread::with_held(|held| held.iter().copied().find(|entry| entry.address == address))
}

/// Keeps the promise of this thread that a wait for what lies at `address` will end, while it lives.
pub struct Promise {
    lock: Lock,
    address: usize,
}

impl Promise {
    /// Gives the promise.
    #[must_use]
    pub fn give(lock: Lock, address: usize) -> Self {
        taken_by_trying(lock, address);
        Self { lock, address }
    }
}

impl Drop for Promise {
    fn drop(&mut self) {
        given_back(self.lock, self.address);
    }
}
