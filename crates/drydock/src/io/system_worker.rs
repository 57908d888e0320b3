//! The system worker — a thread of the system process: lazy writer, and closes that come late.
#![allow(unsafe_code)] // hands a FILE_OBJECT address to another thread

use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Barrier};
use std::thread::JoinHandle;

use parking_lot::Mutex;

use super::drop_reference;
use super::file_object::FileObject;
use crate::model::thread;
use crate::volume::HostVolume;

/// Process id of the system process.
const SYSTEM_PROCESS: u32 = 4;

type Job = Box<dyn FnOnce() + Send>;

/// A job and where its end is told.
type Order = (Job, Sender<()>);

/// SystemWorker — runs jobs one after the other in a thread of its own; who gives one waits until it is done, so that
/// the order of events depends on nothing but who asked when.
pub struct SystemWorker {
    jobs: Mutex<Option<Sender<Order>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    late: Mutex<Vec<Late>>,
}

/// A file object whose reference the worker drops.
struct Late(FileObject);

// SAFETY: a file object is kernel memory that any thread may use while it holds a reference, and Late holds one.
unsafe impl Send for Late {}

/// Late closes that wait at most before they are all let go.
const MAX_LATE: usize = 16;

impl SystemWorker {
    /// Starts the worker's thread, which has its id when this returns: ids decide seeded choices.
    ///
    /// # Errors
    /// When the host gives no thread.
    pub fn start() -> std::io::Result<Arc<Self>> {
        let (jobs, inbox) = channel::<Order>();
        let born = Arc::new(Barrier::new(2));
        let seen = Arc::clone(&born);
        let body = move || {
            thread::current().set_process_id(SYSTEM_PROCESS);
            seen.wait();
            for (job, done) in inbox {
                job();
                // Nobody waits any more: then nobody needs to know.
                let _ = done.send(());
            }
        };
        let thread = std::thread::Builder::new()
            .name("system worker".into())
            .spawn(body)?;
        born.wait();
        let (jobs, thread) = (Mutex::new(Some(jobs)), Mutex::new(Some(thread)));
        Ok(Arc::new(Self {
            jobs,
            thread,
            late: Mutex::default(),
        }))
    }

    /// Runs a job in the worker's thread and waits for its end.
    fn run(&self, job: impl FnOnce() + Send + 'static) {
        let (done, wait) = channel();
        let sent = match &*self.jobs.lock() {
            Some(jobs) => jobs.send((Box::new(job), done)).is_ok(),
            None => false,
        };
        if sent {
            // An error means the worker ended within the job, which ends the process anyway.
            let _ = wait.recv();
        }
    }

    /// Takes over a reference; the worker drops it when its turn comes.
    pub(super) fn close_later(&self, file: FileObject) {
        self.late.lock().push(Late(file));
    }

    /// One pass of the lazy writer: dirty pages go to disk, unused caches are let go, some late closes come.
    pub fn write_lazily(&self, host: &Arc<HostVolume>) {
        let keep = MAX_LATE / 2;
        let late = {
            let mut late = self.late.lock();
            let count = late.len().saturating_sub(keep);
            late.drain(..count).collect()
        };
        self.pass(host, late);
    }

    /// Everything is written and every late close comes.
    pub fn settle(&self, host: &Arc<HostVolume>) {
        let late = std::mem::take(&mut *self.late.lock());
        self.pass(host, late);
    }

    fn pass(&self, host: &Arc<HostVolume>, late: Vec<Late>) {
        let host = Arc::clone(host);
        self.run(move || {
            for stream in host.dirty_streams() {
                host.write_behind(&stream);
            }
            for file in host.release_cache_maps() {
                drop_reference(file);
            }
            for Late(file) in late {
                drop_reference(file);
            }
        });
    }

    /// Ends the thread.
    pub fn stop(&self) {
        self.jobs.lock().take();
        if let Some(thread) = self.thread.lock().take() {
            // A panic in the worker has ended the process; there is nothing to pass on.
            let _ = thread.join();
        }
    }
}

impl Drop for SystemWorker {
    fn drop(&mut self) {
        self.stop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worker_has_its_id_before_any_thread_that_comes_after() {
        for _ in 0..20 {
            let worker = SystemWorker::start().expect("a thread");
            let later = std::thread::spawn(|| thread::current().id)
                .join()
                .expect("no panic");
            let (tell, told) = channel();
            worker.run(move || {
                let _ = tell.send(thread::current().id);
            });
            assert!(told.recv().expect("the job runs") < later);
        }
    }
}
