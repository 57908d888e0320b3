//! ERESOURCE — a lock that one thread owns exclusively or several share, by resource thread id.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::address_map::AddressMap;
use super::held::{self, Lock};
use super::objects::{self, Kind};
use super::{paged, thread, wait};
use crate::exports::gate::Call;
use crate::verify::{self, rule};

/// How a resource is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Alone; the exclusive owner may recurse.
    Exclusive,
    /// With others; recursion is granted, new requests queue behind exclusive waiters.
    Shared,
    /// With others, passing exclusive waiters.
    SharedStarveExclusive,
    /// With others, yielding to exclusive waiters even on recursion.
    SharedWaitForExclusive,
}

#[derive(Default)]
struct Owners {
    /// Exclusive owner and its recursion; 0 when there is none.
    exclusive: usize,
    depth: u32,
    /// Sharing threads and their recursion.
    shared: Vec<(usize, u32)>,
    exclusive_waiters: u32,
    shared_waiters: u32,
}

#[derive(Default)]
struct Resource(Mutex<Owners>);

static RESOURCES: AddressMap<Resource> = AddressMap::new();

impl Resource {
    fn owners(&self) -> MutexGuard<'_, Owners> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Owners {
    fn idle(&self) -> bool {
        self.exclusive == 0 && self.shared.is_empty()
    }

    fn share_of(&mut self, thread: usize) -> Option<&mut (usize, u32)> {
        self.shared.iter_mut().find(|(owner, _)| *owner == thread)
    }

    /// Grants `mode` to `me` if the rules of the kernel allow it now.
    fn try_grant(&mut self, me: usize, mode: Mode) -> bool {
        if self.exclusive == me {
            self.depth += 1;
            return true;
        }
        if self.exclusive != 0 {
            return false;
        }
        match mode {
            Mode::Exclusive => {
                let free = self.shared.is_empty();
                if free {
                    (self.exclusive, self.depth) = (me, 1);
                }
                free
            }
            Mode::SharedWaitForExclusive if self.exclusive_waiters > 0 => false,
            Mode::Shared if self.exclusive_waiters > 0 && self.share_of(me).is_none() => false,
            _ => {
                match self.share_of(me) {
                    Some((_, depth)) => *depth += 1,
                    None => self.shared.push((me, 1)),
                }
                true
            }
        }
    }

    /// Drops one ownership of `thread`; false if it has none.
    fn drop_one(&mut self, thread: usize) -> Option<Lock> {
        if self.exclusive == thread {
            self.depth -= 1;
            if self.depth == 0 {
                self.exclusive = 0;
            }
            return Some(Lock::ResourceExclusive);
        }
        let index = self.shared.iter().position(|(owner, _)| *owner == thread)?;
        self.shared[index].1 -= 1;
        if self.shared[index].1 == 0 {
            self.shared.swap_remove(index);
        }
        Some(Lock::ResourceShared)
    }
}

fn lookup(address: usize) -> Arc<Resource> {
    RESOURCES
        .get(address)
        .unwrap_or_else(|| adopt_uninitialised(address))
}

#[cold]
fn adopt_uninitialised(address: usize) -> Arc<Resource> {
    verify::violation(
        rule::RESOURCE_UNINITIALISED,
        format!("ERESOURCE {address:#x} was never initialised"),
    );
    let state = Arc::new(Resource::default());
    RESOURCES.insert(address, Arc::clone(&state));
    state
}

/// `ExInitializeResourceLite` — makes the ERESOURCE at `address` usable.
pub fn initialize(address: usize) {
    paged::refuse_sync_object(address);
    if !address.is_multiple_of(8) {
        verify::violation(
            rule::RESOURCE_UNALIGNED,
            format!("ERESOURCE {address:#x} is not 8-byte aligned"),
        );
    }
    if objects::initialised(address, Kind::Resource, Call::current().caller) == Some(Kind::Resource)
    {
        verify::violation(
            rule::RESOURCE_INITIALISED_TWICE,
            format!("ERESOURCE {address:#x}"),
        );
    }
    RESOURCES.insert(address, Arc::new(Resource::default()));
}

/// `ExReinitializeResourceLite` — makes an initialised, idle ERESOURCE as new.
pub fn reinitialize(address: usize) {
    let state = lookup(address);
    if !state.owners().idle() {
        verify::violation(
            rule::RESOURCE_DELETED_OWNED,
            format!("ERESOURCE {address:#x} re-initialised while owned"),
        );
    }
    RESOURCES.insert(address, Arc::new(Resource::default()));
}

/// `ExDeleteResourceLite` — ends the life of an idle ERESOURCE.
pub fn delete(address: usize) {
    if objects::deleted(address) != Some(Kind::Resource) {
        verify::violation(
            rule::RESOURCE_DELETED_UNINITIALISED,
            format!("ERESOURCE {address:#x}"),
        );
    }
    let owned = RESOURCES
        .remove(address)
        .is_some_and(|state| !state.owners().idle());
    if owned {
        verify::violation(
            rule::RESOURCE_DELETED_OWNED,
            format!("ERESOURCE {address:#x}"),
        );
    }
}

/// Drops the state of a resource whose memory is gone, without judging: the bench's own, or already reported.
pub fn forget(address: usize) {
    objects::deleted(address);
    RESOURCES.remove(address);
}

/// `ExAcquireResource…` — takes the resource for this thread; false only when `wait` is false and it is not free.
pub fn acquire(address: usize, mode: Mode, wait: bool) -> bool {
    let state = lookup(address);
    let me = thread::current().kthread();
    let mut owners = state.owners();
    let granted = owners.try_grant(me, mode);
    let exclusive = owners.exclusive == me;
    if !granted && wait {
        refuse_self_deadlock(address, me, mode, &mut owners);
    }
    drop(owners);
    if !granted && (!wait || !block(address, &state, me, mode)) {
        return false;
    }
    let lock = if exclusive || mode == Mode::Exclusive {
        Lock::ResourceExclusive
    } else {
        Lock::ResourceShared
    };
    if wait {
        held::taken(lock, address);
    } else {
        held::taken_by_trying(lock, address);
    }
    true
}

fn refuse_self_deadlock(address: usize, me: usize, mode: Mode, owners: &mut Owners) {
    let sharing = owners.share_of(me).is_some();
    if !sharing {
        return;
    }
    match mode {
        Mode::Exclusive => verify::self_deadlock(
            address,
            format!(
                "ERESOURCE {address:#x} asked for exclusively by a thread that shares it: it waits for itself"
            ),
        ),
        Mode::SharedWaitForExclusive => verify::self_deadlock(
            address,
            format!(
                "ERESOURCE {address:#x} asked for behind exclusive waiters by a thread that shares it"
            ),
        ),
        Mode::Shared | Mode::SharedStarveExclusive => {}
    }
}

#[cold]
fn block(address: usize, state: &Resource, me: usize, mode: Mode) -> bool {
    let count = |owners: &mut Owners, change: fn(u32) -> u32| {
        let waiters = if mode == Mode::Exclusive {
            &mut owners.exclusive_waiters
        } else {
            &mut owners.shared_waiters
        };
        *waiters = change(*waiters);
    };
    count(&mut state.owners(), |waiters| waiters + 1);
    let what = || format!("{mode:?} access to ERESOURCE {address:#x}");
    let granted = wait::until(address, None, what, || {
        let mut owners = state.owners();
        owners
            .try_grant(me, mode)
            .then(|| count(&mut owners, |waiters| waiters - 1))
    });
    wait::wake(address); // one exclusive waiter less may let shared ones in
    granted.is_some()
}

/// `ExReleaseResourceLite` — drops one ownership of this thread.
pub fn release(address: usize) {
    release_for(address, thread::current().kthread());
}

/// `ExReleaseResourceForThreadLite` — drops one ownership of `thread`, a resource thread id.
pub fn release_for(address: usize, thread: usize) {
    let state = lookup(address);
    let mut owners = state.owners();
    let dropped = owners.drop_one(thread);
    let owner = owners.exclusive;
    let free = owners.shared.is_empty() || owners.exclusive == 0;
    drop(owners);
    let Some(lock) = dropped else {
        not_owned(address, thread, owner)
    };
    held::given_back_for(thread, lock, address);
    if free {
        wait::wake(address);
    }
}

#[cold]
fn not_owned(address: usize, thread: usize, owner: usize) -> ! {
    let detail =
        format!("ERESOURCE {address:#x} released for thread {thread:#x}, which does not own it");
    verify::bugcheck(
        0xE3,
        [address as u64, thread as u64, owner as u64, 2],
        detail,
    )
}

/// `ExConvertExclusiveToSharedLite` — lets others share what this thread owns exclusively.
pub fn convert_to_shared(address: usize) {
    let me = thread::current().kthread();
    let state = lookup(address);
    let mut owners = state.owners();
    if owners.exclusive != me {
        drop(owners);
        verify::violation(
            rule::RESOURCE_CONVERTED_NOT_OWNED,
            format!("ERESOURCE {address:#x}"),
        );
        return;
    }
    let depth = owners.depth;
    (owners.exclusive, owners.depth) = (0, 0);
    owners.shared.push((me, depth));
    drop(owners);
    for _ in 0..depth {
        held::given_back(Lock::ResourceExclusive, address);
        held::taken_by_trying(Lock::ResourceShared, address);
    }
    wait::wake(address);
}

/// `ExSetResourceOwnerPointer` — hands this thread's ownership to the owner pointer `owner`.
pub fn set_owner(address: usize, owner: usize) {
    let me = thread::current().kthread();
    let state = lookup(address);
    let mut owners = state.owners();
    let lock = if owners.exclusive == me {
        owners.exclusive = owner;
        Lock::ResourceExclusive
    } else if let Some(entry) = owners.share_of(me) {
        entry.0 = owner;
        Lock::ResourceShared
    } else {
        drop(owners);
        not_owned(address, me, owner)
    };
    drop(owners);
    while held::given_back(lock, address) {}
}

/// `ExIsResourceAcquiredExclusiveLite` — whether this thread owns the resource exclusively.
#[must_use]
pub fn is_exclusive(address: usize) -> bool {
    lookup(address).owners().exclusive == thread::current().kthread()
}

/// `ExIsResourceAcquiredSharedLite` — how often this thread owns the resource, exclusive counts too.
#[must_use]
pub fn recursion(address: usize) -> u32 {
    let me = thread::current().kthread();
    let state = lookup(address);
    let mut owners = state.owners();
    if owners.exclusive == me {
        owners.depth
    } else {
        owners.share_of(me).map_or(0, |(_, depth)| *depth)
    }
}

/// `ExGetExclusiveWaiterCount`, `ExGetSharedWaiterCount` — threads that wait (exclusive, shared).
#[must_use]
pub fn waiters(address: usize) -> (u32, u32) {
    let state = lookup(address);
    let owners = state.owners();
    (owners.exclusive_waiters, owners.shared_waiters)
}

#[cfg(test)]
mod tests;
