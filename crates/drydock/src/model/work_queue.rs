//! System worker threads — run what is posted at PASSIVE_LEVEL in a system thread.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::{schedule, wait};

/// Something to run in a worker.
pub type Work = Box<dyn FnOnce() + Send>;

/// Workers of the critical, delayed and hypercritical queues together.
const WORKERS: usize = 3;

/// Work that no worker has taken yet.
static QUEUE: Mutex<VecDeque<Work>> = Mutex::new(VecDeque::new());
/// Work posted so far.
static POSTED: AtomicUsize = AtomicUsize::new(0);
/// Work done so far.
static DONE: AtomicUsize = AtomicUsize::new(0);

/// Where workers wait.
fn address() -> usize {
    std::ptr::from_ref(&QUEUE) as usize
}

/// Nothing is posted and no worker is busy.
#[must_use]
pub fn idle() -> bool {
    DONE.load(Ordering::Acquire) == POSTED.load(Ordering::Acquire)
}

/// Work that workers have done so far.
#[must_use]
pub fn done() -> usize {
    DONE.load(Ordering::Acquire)
}

/// Posts work; the workers take it in order.
pub fn queue(work: Work) {
    // Not a Once, which would hold others up while the turn is given away.
    static STARTED: AtomicBool = AtomicBool::new(false);
    if !STARTED.swap(true, Ordering::AcqRel) {
        start();
    }
    POSTED.fetch_add(1, Ordering::AcqRel);
    QUEUE
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push_back(work);
    wait::wake(address());
}

fn start() {
    for index in 0..WORKERS {
        let spawned = schedule::spawn(&format!("worker {index}"), work);
        assert!(
            spawned.is_ok(),
            "the host gives no thread for a system worker"
        );
    }
}

fn work() {
    let next = || {
        let mut queue = QUEUE.lock().unwrap_or_else(PoisonError::into_inner);
        queue.pop_front()
    };
    loop {
        let work = wait::for_work(address(), next);
        work();
        DONE.fetch_add(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::thread;
    use std::sync::mpsc;

    #[test]
    fn work_runs_in_another_thread_at_passive() {
        let (sender, receiver) = mpsc::channel();
        queue(Box::new(move || {
            let seen = (std::thread::current().id(), thread::current().irql());
            sender.send(seen).expect("the test waits");
        }));
        let (thread, irql) = receiver.recv().expect("the work runs");
        assert_ne!(thread, std::thread::current().id());
        assert_eq!(irql, crate::model::bounds::PASSIVE);
    }
}
