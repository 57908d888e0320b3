//! Requestor — on whose behalf an operation runs, whichever thread carries it out.

use std::cell::Cell;

use crate::model::{passage, thread};

/// On whose behalf an operation runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requestor {
    /// KernelMode 0, UserMode 1.
    pub mode: i8,
    /// Process of the request.
    pub process_id: u32,
    /// PETHREAD of the request.
    pub thread: usize,
}

impl Requestor {
    /// The kernel, in the current thread.
    pub fn kernel() -> Self {
        let thread = thread::current();
        Self {
            mode: 0,
            process_id: thread.process_id(),
            thread: thread.kthread(),
        }
    }
}

thread_local! {
    static PERFORMED: Cell<Option<Requestor>> = const { Cell::new(None) };
}

/// Lets the file system perform an operation of `requestor`, in this thread or a worker that resumed it.
pub fn perform<R>(requestor: Requestor, perform: impl FnOnce() -> R) -> R {
    let outer = PERFORMED.replace(Some(requestor));
    let end = || PERFORMED.set(outer);
    let result = passage::through(&end, perform);
    end();
    result
}

/// `IoGetRequestorProcessId` — the process whose operation the file system performs in this thread.
pub fn process_id() -> u32 {
    PERFORMED.get().unwrap_or_else(Requestor::kernel).process_id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_performs_for_the_process_that_asked() {
        let asked = Requestor {
            process_id: 1000,
            ..Requestor::kernel()
        };
        assert_eq!(perform(asked, process_id), 1000);
        assert_eq!(process_id(), thread::current().process_id());
    }
}
