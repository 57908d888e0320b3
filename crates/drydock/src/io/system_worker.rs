//! The system worker — a thread of the system process: lazy writer, and closes that come late.
#![allow(unsafe_code)] // hands a FILE_OBJECT address to another thread

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;

use super::drop_reference;
use super::file_object::FileObject;
use crate::model::schedule::{self, Task};
use crate::model::{thread, wait};
use crate::volume::HostVolume;

/// Process id of the system process.
const SYSTEM_PROCESS: u32 = 4;

type Job = Box<dyn FnOnce() + Send>;

/// Jobs that wait, and whether there will be more; who waits for a job waits on its address.
struct Jobs {
    waiting: Mutex<VecDeque<Job>>,
    closed: AtomicBool,
}

impl Jobs {
    fn address(&self) -> usize {
        std::ptr::from_ref(self) as usize
    }

    /// The next job, or that there are no more; nothing while that is not known.
    fn next(&self) -> Option<Option<Job>> {
        let job = self.waiting.lock().pop_front();
        let closed = self.closed.load(Ordering::Acquire);
        if job.is_none() && !closed {
            None
        } else {
            Some(job)
        }
    }
}

/// SystemWorker — runs jobs one after the other in a thread of its own; who gives one waits until it is done, so that
/// the order of events depends on nothing but who asked when.
pub struct SystemWorker {
    jobs: Arc<Jobs>,
    thread: Mutex<Option<Task>>,
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
        let jobs = Arc::new(Jobs {
            waiting: Mutex::default(),
            closed: AtomicBool::new(false),
        });
        let inbox = Arc::clone(&jobs);
        let body = move || {
            thread::current().set_process_id(SYSTEM_PROCESS);
            while let Some(job) = wait::for_work(inbox.address(), || inbox.next()) {
                job();
            }
        };
        let thread = Mutex::new(Some(schedule::spawn("system worker", body)?));
        Ok(Arc::new(Self {
            jobs,
            thread,
            late: Mutex::default(),
        }))
    }

    /// Runs a job in the worker's thread and waits for its end.
    fn run(&self, job: impl FnOnce() + Send + 'static) {
        if self.jobs.closed.load(Ordering::Acquire) {
            return;
        }
        let done = Arc::new(AtomicBool::new(false));
        let address = Arc::as_ptr(&done) as usize;
        let told = Arc::clone(&done);
        self.jobs.waiting.lock().push_back(Box::new(move || {
            job();
            told.store(true, Ordering::Release);
            wait::wake(Arc::as_ptr(&told) as usize);
        }));
        wait::wake(self.jobs.address());
        let what = || "the system worker".to_owned();
        wait::until(address, None, what, || {
            done.load(Ordering::Acquire).then_some(())
        });
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
        self.jobs.closed.store(true, Ordering::Release);
        wait::wake(self.jobs.address());
        let thread = self.thread.lock().take();
        if let Some(thread) = thread {
            thread.join();
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
            let (tell, told) = std::sync::mpsc::channel();
            worker.run(move || {
                let _ = tell.send(thread::current().id);
            });
            assert!(told.recv().expect("the job runs") < later);
        }
    }
}
