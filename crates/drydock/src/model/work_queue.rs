//! System worker threads — run what is posted at PASSIVE_LEVEL in a system thread.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Barrier, Mutex, OnceLock, PoisonError};

use super::thread;

/// Something to run in a worker.
pub type Work = Box<dyn FnOnce() + Send>;

/// Workers of the critical, delayed and hypercritical queues together.
const WORKERS: usize = 3;

/// Work posted so far.
static POSTED: AtomicUsize = AtomicUsize::new(0);
/// Work done so far.
static DONE: AtomicUsize = AtomicUsize::new(0);

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
    POSTED.fetch_add(1, Ordering::AcqRel);
    static QUEUE: OnceLock<Mutex<Sender<Work>>> = OnceLock::new();
    let queue = QUEUE.get_or_init(|| Mutex::new(start()));
    let sender = queue.lock().unwrap_or_else(PoisonError::into_inner);
    // The receivers live in threads that never end.
    let _never_fails = sender.send(work);
}

fn start() -> Sender<Work> {
    let (sender, receiver) = mpsc::channel::<Work>();
    let receiver = Arc::new(Mutex::new(receiver));
    for index in 0..WORKERS {
        let receiver = Arc::clone(&receiver);
        // One after the other, for their ids decide seeded choices.
        let born = Arc::new(Barrier::new(2));
        let seen = Arc::clone(&born);
        let worker = move || {
            let _system_thread = thread::current();
            seen.wait();
            loop {
                let next = receiver
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .recv();
                match next {
                    Ok(work) => {
                        work();
                        DONE.fetch_add(1, Ordering::AcqRel);
                    }
                    Err(_) => return,
                }
            }
        };
        let spawned = std::thread::Builder::new()
            .name(format!("worker {index}"))
            .spawn(worker);
        assert!(
            spawned.is_ok(),
            "the host gives no thread for a system worker"
        );
        born.wait();
    }
    sender
}

#[cfg(test)]
mod tests {
    use super::*;

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
