//! Threads of the simulated kernel — with or without a schedule they get their ids in the order in which they are asked for.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};

use super::{MEMBER, Schedule, point};
use crate::model::{thread, wait};

/// Threads that run; who waits for their end waits on its address.
type Running = Arc<AtomicUsize>;

fn address(running: &Running) -> usize {
    Arc::as_ptr(running) as usize
}

fn wait_for_end(running: &Running, name: &str) {
    let ended = || (running.load(Ordering::Acquire) == 0).then_some(());
    wait::until(
        address(running),
        None,
        || format!("the end of {name}"),
        ended,
    );
}

/// Task — a thread that was spawned.
pub struct Task {
    running: Running,
    thread: JoinHandle<()>,
}

impl Task {
    /// Waits for the end of the thread.
    pub fn join(self) {
        let name = self.thread.thread().name().unwrap_or("a thread").to_owned();
        wait_for_end(&self.running, &name);
        // A panic of the thread has been told; there is nothing to pass on.
        let _ = self.thread.join();
    }
}

/// What a new thread brings along from the one that asked for it.
struct Birth {
    schedule: Option<&'static Schedule>,
    running: Running,
    born: Sender<()>,
}

/// Takes the thread off the list when it ends, also by a panic.
struct Life {
    schedule: Option<(&'static Schedule, usize)>,
    running: Running,
}

impl Birth {
    fn prepare(running: &Running) -> (Self, Receiver<()>) {
        let (born, seen) = channel();
        let birth = Self {
            schedule: MEMBER.get().map(|(schedule, _)| schedule),
            running: Arc::clone(running),
            born,
        };
        (birth, seen)
    }

    /// In the new thread: it becomes one of the simulated kernel, and waits for its turn.
    fn begin(self) -> Life {
        let _ = thread::current();
        self.running.fetch_add(1, Ordering::AcqRel);
        let member = self.schedule.map(|schedule| (schedule, schedule.join()));
        // The parent waits for this; should it be gone, nobody needs to know.
        let _ = self.born.send(());
        if let Some((schedule, me)) = member {
            schedule.await_turn(me);
        }
        Life {
            schedule: member,
            running: self.running,
        }
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        self.running.fetch_sub(1, Ordering::AcqRel);
        wait::wake(address(&self.running));
        if let Some((schedule, me)) = self.schedule {
            schedule.leave(me);
        }
    }
}

/// Waits until the new thread has its id and, in a schedule, its place; then it may get the turn.
fn born(seen: &Receiver<()>) {
    // An error means that the thread ended at once, by a panic.
    let _ = seen.recv();
    point("thread begins");
}

/// Makes a thread of the simulated kernel.
///
/// # Errors
/// When the host gives no thread.
pub fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> io::Result<Task> {
    let running = Running::default();
    let (birth, seen) = Birth::prepare(&running);
    let thread = Builder::new().name(name.to_owned()).spawn(move || {
        let _life = birth.begin();
        body();
    })?;
    born(&seen);
    Ok(Task { running, thread })
}

/// Scope — where threads may borrow; see [`scope`].
pub struct Scope<'scope, 'env: 'scope> {
    threads: &'scope std::thread::Scope<'scope, 'env>,
    running: Running,
}

impl<'scope> Scope<'scope, '_> {
    /// Makes a thread of the simulated kernel that ends before the scope does.
    ///
    /// # Errors
    /// When the host gives no thread.
    pub fn spawn(&self, name: &str, body: impl FnOnce() + Send + 'scope) -> io::Result<()> {
        let (birth, seen) = Birth::prepare(&self.running);
        let body = move || {
            let _life = birth.begin();
            body();
        };
        Builder::new()
            .name(name.to_owned())
            .spawn_scoped(self.threads, body)?;
        born(&seen);
        Ok(())
    }
}

/// `std::thread::scope` for threads of the simulated kernel: returns when all of them have ended.
pub fn scope<'env, R>(body: impl for<'scope> FnOnce(&Scope<'scope, 'env>) -> R) -> R {
    let running = Running::default();
    std::thread::scope(|threads| {
        let scope = Scope {
            threads,
            running: Arc::clone(&running),
        };
        let result = body(&scope);
        wait_for_end(&running, "the threads of a program");
        result
    })
}
