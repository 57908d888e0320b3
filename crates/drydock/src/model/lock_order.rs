//! The order in which locks are taken — two orders that contradict each other are a deadlock that waits for its moment.
//!
//! As Driver Verifier does for spin locks, mutexes and fast mutexes (0xC4/1001), and for ERESOURCEs and push locks besides. No
//! contradiction are: locks got by trying, for nobody waits there; readers among readers; and orders that only differ under one
//! and the same exclusive lock.

use std::cell::RefCell;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::held::Held;
use super::modules;
use crate::verify::{self, rule};

/// A lock that was waited for while another was held; either may have been shared.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Step {
    to: usize,
    held_shared: bool,
    wanted_shared: bool,
}

/// When a step was first made, and what was held exclusively at every time.
struct Seen {
    held: Held,
    wanted: Held,
    gates: Vec<usize>,
}

type Steps = HashMap<Step, Seen>;

/// The steps that lead away from each lock.
static ORDER: Mutex<BTreeMap<usize, Steps>> = Mutex::new(BTreeMap::new());
/// Changes when locks are forgotten.
static AGE: AtomicU64 = AtomicU64::new(0);
/// A driver with more locks than this is watched no further.
const MOST_LOCKS: usize = 100_000;
/// Locks of a longer cycle are not looked for.
const LONGEST: usize = 8;

thread_local! {
    /// What this thread has told already, and at which age.
    static TOLD: RefCell<(u64, HashSet<u64>)> = RefCell::new((0, HashSet::new()));
}

/// Notes that a thread which holds `held` waited for `wanted` and got it.
pub fn taken(held: &[Held], wanted: &Held) {
    let locks = || held.iter().filter(|held| !held.lock.is_promise());
    if locks().next().is_none() || locks().any(|held| held.address == wanted.address) {
        return;
    }
    let mut hasher = DefaultHasher::new();
    for lock in locks().chain([wanted]) {
        (lock.address, lock.lock.is_shared()).hash(&mut hasher);
    }
    let known = hasher.finish();
    let age = AGE.load(Ordering::Acquire);
    let new = TOLD.with_borrow_mut(|(told_at, told)| {
        if *told_at != age {
            (*told_at, _) = (age, told.clear());
        }
        told.insert(known)
    });
    if new {
        note(&locks().copied().collect::<Vec<_>>(), wanted);
    }
}

#[cold]
fn note(held: &[Held], wanted: &Held) {
    let mut order = ORDER.lock().unwrap_or_else(PoisonError::into_inner);
    if order.len() >= MOST_LOCKS {
        return;
    }
    let mut found = None;
    for (index, from) in held.iter().enumerate() {
        let others = held.iter().enumerate().filter(|(other, _)| *other != index);
        let exclusive = others.filter(|(_, lock)| !lock.lock.is_shared());
        let gates = exclusive.map(|(_, lock)| lock.address).collect();
        let step = Step {
            to: wanted.address,
            held_shared: from.lock.is_shared(),
            wanted_shared: wanted.lock.is_shared(),
        };
        if enter(
            order.entry(from.address).or_default(),
            step,
            from,
            wanted,
            gates,
        ) {
            found = found.or_else(|| contradiction(&order, from.address, step));
        }
    }
    drop(order);
    if let Some(detail) = found {
        let of_verifier = held.iter().all(|held| held.lock.is_in_verifier_s_graph())
            && wanted.lock.is_in_verifier_s_graph();
        let rule = if of_verifier {
            rule::LOCK_ORDER
        } else {
            rule::LOCK_ORDER_BEYOND
        };
        verify::violation(rule, detail);
    }
}

/// Enters a step; whether that says something new.
fn enter(steps: &mut Steps, step: Step, held: &Held, wanted: &Held, gates: Vec<usize>) -> bool {
    match steps.entry(step) {
        Entry::Vacant(place) => {
            let (held, wanted) = (*held, *wanted);
            place.insert(Seen {
                held,
                wanted,
                gates,
            });
            true
        }
        Entry::Occupied(mut known) => {
            let before = known.get().gates.len();
            known.get_mut().gates.retain(|gate| gates.contains(gate));
            known.get().gates.len() < before
        }
    }
}

/// A way from where `first` leads back to `start`, such that every lock on it is fought for.
fn contradiction(order: &BTreeMap<usize, Steps>, start: usize, first: Step) -> Option<String> {
    let seen = &order[&start][&first];
    let mut path = vec![(first, seen)];
    closes(order, start, &mut path).then(|| {
        let parts = path.iter().map(|(_, seen)| {
            let place = modules::describe(seen.wanted.caller);
            format!(
                "{:?} {:#x} waited for at {place} under {}",
                seen.wanted.lock, seen.wanted.address, seen.held
            )
        });
        parts.collect::<Vec<_>>().join("; but ")
    })
}

fn closes<'a>(
    order: &'a BTreeMap<usize, Steps>,
    start: usize,
    path: &mut Vec<(Step, &'a Seen)>,
) -> bool {
    let Some((last, _)) = path.last().copied() else {
        return false;
    };
    for (step, seen) in order.get(&last.to).into_iter().flatten() {
        let fought_for = !(last.wanted_shared && step.held_shared);
        let visited = path.iter().any(|(known, _)| known.to == step.to);
        if !fought_for || visited || path.len() >= LONGEST {
            continue;
        }
        path.push((*step, seen));
        let back = step.to == start && !(step.wanted_shared && path[0].0.held_shared);
        if (back && !gated(path)) || (step.to != start && closes(order, start, path)) {
            return true;
        }
        path.pop();
    }
    false
}

/// Every step was made under one and the same lock.
fn gated(path: &[(Step, &Seen)]) -> bool {
    let Some(((_, first), rest)) = path.split_first() else {
        return false;
    };
    let in_all = |gate: &&usize| rest.iter().all(|(_, seen)| seen.gates.contains(gate));
    first.gates.iter().any(|gate| in_all(&gate))
}

/// The locks in `size` bytes at `start` are gone, or new ones.
pub fn forget(start: usize, size: usize) {
    let mut order = ORDER.lock().unwrap_or_else(PoisonError::into_inner);
    if order.is_empty() {
        return;
    }
    let gone = start..start.saturating_add(size);
    let from: Vec<usize> = order
        .range(gone.clone())
        .map(|(address, _)| *address)
        .collect();
    for address in &from {
        order.remove(address);
    }
    let mut changed = !from.is_empty();
    for steps in order.values_mut() {
        let before = steps.len();
        steps.retain(|step, _| !gone.contains(&step.to));
        changed |= steps.len() != before;
    }
    if changed {
        AGE.fetch_add(1, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::held::Lock;
    use crate::verify::tests::violations_of;

    fn lock(lock: Lock, address: usize) -> Held {
        Held {
            lock,
            address,
            caller: 0,
        }
    }

    fn broken_by(steps: &[&[Held]]) -> Vec<String> {
        violations_of("", || {
            for locks in steps {
                let (wanted, held) = locks.split_last().expect("a lock");
                taken(held, wanted);
            }
        })
    }

    #[test]
    fn two_orders_that_contradict_each_other_are_reported() {
        let (a, b) = (
            lock(Lock::SpinLock, 0x71_0000),
            lock(Lock::SpinLock, 0x71_0008),
        );
        assert_eq!(broken_by(&[&[a, b], &[b, a]]), [rule::LOCK_ORDER.name]);
        let (a, b) = (
            lock(Lock::ResourceExclusive, 0x71_0100),
            lock(Lock::FastMutex, 0x71_0200),
        );
        let c = lock(Lock::PushLockExclusive, 0x71_0300);
        assert_eq!(
            broken_by(&[&[a, b], &[b, c], &[c, a]]),
            [rule::LOCK_ORDER_BEYOND.name]
        );
    }

    #[test]
    fn readers_do_not_fight_among_themselves() {
        let (a, b) = (
            lock(Lock::PushLockShared, 0x72_0000),
            lock(Lock::PushLockShared, 0x72_0008),
        );
        assert_eq!(broken_by(&[&[a, b], &[b, a]]), Vec::<String>::new());
        let writer = lock(Lock::PushLockExclusive, 0x72_0008);
        // Reader of a, then writer of b, against reader of b, then reader of a: nobody waits for a.
        assert_eq!(broken_by(&[&[a, writer]]), Vec::<String>::new());
    }

    #[test]
    fn orders_that_differ_under_one_gate_are_none() {
        let (a, b) = (
            lock(Lock::FastMutex, 0x73_0000),
            lock(Lock::FastMutex, 0x73_0040),
        );
        let gate = lock(Lock::FastMutex, 0x73_0080);
        assert_eq!(
            broken_by(&[&[gate, a, b], &[gate, b, a]]),
            Vec::<String>::new()
        );
        assert_eq!(broken_by(&[&[a, b], &[b, a]]), [rule::LOCK_ORDER.name]);
    }

    #[test]
    fn locks_in_freed_memory_are_forgotten() {
        let (a, b) = (
            lock(Lock::FastMutex, 0x74_0000),
            lock(Lock::FastMutex, 0x74_0040),
        );
        let one_way = broken_by(&[&[a, b]]);
        forget(0x74_0000, 0x20);
        assert_eq!((one_way, broken_by(&[&[b, a]])), (Vec::new(), Vec::new()));
    }
}
