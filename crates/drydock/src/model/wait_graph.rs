//! Who waits for whom — a cycle of threads that wait for each other's locks is named as soon as it has closed.
//!
//! An edge leads from a thread that waits without a time limit to each thread that holds, or has promised to give up, what it
//! waits for. Locks are taken and waits begun without a common lock, so that a cycle may be seen that was never there; one that
//! is still made of the very same waits a moment later is real, since none of its threads has moved in between.

use std::fmt;
use std::time::{Duration, Instant};

use super::held::{Held, Lock};
use super::thread::{self, Thread};
use super::{modules, rundown, work_queue};
use crate::verify;

/// A wait that goes on.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Number of the wait, never used twice.
    pub serial: u64,
    /// What is waited for.
    pub address: usize,
    /// The same in words.
    pub what: String,
    /// Nothing but the object ends it.
    pub endless: bool,
    /// The import that waits.
    pub function: &'static str,
    /// Return address of its call.
    pub caller: usize,
}

impl fmt::Display for Waiting {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{} (called at {})",
            self.what,
            modules::describe(self.caller)
        )
    }
}

/// One thread of a cycle: what it waits for, and what of it the next one holds.
struct Link {
    thread: &'static Thread,
    waiting: Waiting,
    held: Held,
}

/// A thread that has just got what it waits for may be kept from saying so for a moment.
const SETTLED: Duration = Duration::from_millis(250);

/// A promise may be kept by another thread than the one that gave it: a cycle through one has to last this long.
const PATIENCE: Duration = Duration::from_millis(1500);

/// What a waiting thread saw at its last look.
#[derive(Default)]
pub struct Suspicion {
    serials: Vec<u64>,
    since: Option<Instant>,
    done: usize,
}

impl Suspicion {
    /// Looks whether this thread waits in a cycle; ends the run if it is the one of the last look.
    pub fn look(&mut self) {
        let me = thread::current();
        let Some(cycle) = cycle_of(me) else {
            self.serials.clear();
            return;
        };
        let serials: Vec<u64> = cycle.iter().map(|link| link.waiting.serial).collect();
        let done = work_queue::done();
        if serials != self.serials || done != self.done {
            (self.serials, self.since, self.done) = (serials, Some(Instant::now()), done);
            return;
        }
        if cycle[0].waiting.serial != self.serials.iter().copied().max().unwrap_or_default() {
            return; // the thread that closed the cycle tells
        }
        let promised = cycle.iter().any(|link| link.held.lock.is_promise());
        let lasted = self.since.map_or(Duration::ZERO, |since| since.elapsed());
        if lasted >= if promised { PATIENCE } else { SETTLED } {
            report(&cycle);
        }
    }
}

/// No thread can run: a cycle among those that wait is one for ever. Ends the run if there is one.
pub fn look_at_standstill() {
    for thread in thread::all() {
        if let Some(cycle) = cycle_of(thread) {
            report(&cycle);
        }
    }
}

/// The cycle that leads from `me` back to it.
fn cycle_of(me: &'static Thread) -> Option<Vec<Link>> {
    let all: Vec<(&'static Thread, Vec<Held>)> = thread::all()
        .into_iter()
        .map(|thread| (thread, thread.held_now()))
        .collect();
    let mut path = Vec::new();
    let mut seen = vec![me.id];
    search(me, me, &all, &mut path, &mut seen).then_some(path)
}

fn search(
    from: &'static Thread,
    goal: &'static Thread,
    all: &[(&'static Thread, Vec<Held>)],
    path: &mut Vec<Link>,
    seen: &mut Vec<u32>,
) -> bool {
    let Some(waiting) = from.waiting_now().filter(|waiting| waiting.endless) else {
        return false;
    };
    for (owner, held) in all {
        let Some(held) = owned(owner, held, waiting.address) else {
            continue;
        };
        let closes = owner.id == goal.id && from.id != goal.id;
        if !closes && seen.contains(&owner.id) {
            continue;
        }
        seen.push(owner.id);
        path.push(Link {
            thread: from,
            waiting: waiting.clone(),
            held,
        });
        if closes || search(owner, goal, all, path, seen) {
            return true;
        }
        path.pop();
    }
    false
}

/// What of the object at `address` a thread holds.
fn owned(owner: &'static Thread, held: &[Held], address: usize) -> Option<Held> {
    let lock = held.iter().find(|held| held.address == address).copied();
    let refers = || {
        rundown::holders(address)
            .iter()
            .any(|holder| holder.id == owner.id)
    };
    lock.or_else(|| {
        refers().then_some(Held {
            lock: Lock::RundownReference,
            address,
            caller: 0,
        })
    })
}

#[cold]
fn report(cycle: &[Link]) -> ! {
    let next = |index: usize| cycle[(index + 1) % cycle.len()].thread.id;
    let links: Vec<String> = cycle
        .iter()
        .enumerate()
        .map(|(index, link)| {
            format!(
                "thread {} waits for {}, which thread {} holds: {}",
                link.thread.id,
                link.waiting,
                next(index),
                link.held
            )
        })
        .collect();
    // The wait that closed the cycle is the latest.
    let Some(last) = cycle.iter().max_by_key(|link| link.waiting.serial) else {
        unreachable!("a cycle has links")
    };
    let detail = format!("deadlock: {}", links.join("; "));
    let parameters = [
        0x1001,
        last.waiting.address as u64,
        last.thread.kthread() as u64,
        0,
    ];
    verify::bugcheck_at(
        0xC4,
        parameters,
        last.waiting.function,
        last.waiting.caller,
        detail,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::held;
    use crate::model::wait::Entry;
    use std::sync::Barrier;

    /// The note of a wait without end for the lock at `address`; nobody looks but the test.
    fn waits_for(address: usize) -> Entry {
        Entry::make(address, format!("lock {address:#x}"), true)
    }

    #[test]
    fn two_threads_that_hold_what_the_other_wants_are_a_cycle() {
        let (one, other) = (0x61_0000, 0x61_0040);
        let (ready, seen) = (Barrier::new(2), Barrier::new(2));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                held::taken(Lock::FastMutex, other);
                let _waiting = waits_for(one);
                ready.wait();
                seen.wait();
                held::given_back(Lock::FastMutex, other);
            });
            held::taken(Lock::ResourceExclusive, one);
            ready.wait();
            let waiting = waits_for(other);
            let cycle = cycle_of(thread::current()).expect("a cycle of two");
            let threads: Vec<_> = cycle.iter().map(|link| link.thread.id).collect();
            drop(waiting);
            seen.wait();
            held::given_back(Lock::ResourceExclusive, one);
            assert_eq!((cycle.len(), threads[0]), (2, thread::current().id));
        });
    }

    #[test]
    fn a_chain_that_ends_in_a_running_thread_is_no_cycle() {
        let at = 0x62_0000;
        held::taken(Lock::FastMutex, at);
        std::thread::scope(|scope| {
            let waiter = scope.spawn(|| {
                let _waiting = waits_for(at);
                cycle_of(thread::current()).is_none()
            });
            assert_eq!(waiter.join().ok(), Some(true));
        });
        held::given_back(Lock::FastMutex, at);
    }
}
