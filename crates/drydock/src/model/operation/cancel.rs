//! IoCancelIrp — cancelling operations: by their filters, and by programs that give up waiting.
#![allow(unsafe_code)] // calls the driver's cancel routine

use std::cell::Cell;

use minifilter_sys::{
    IRP_MJ_CLEANUP, IRP_MJ_CLOSE, IRP_PAGING_IO, NTSTATUS, PFLT_CALLBACK_DATA, STATUS_CANCELLED,
    STATUS_INVALID_PARAMETER,
};

use super::data::Operation;
use super::levels;
use crate::model::bounds::APC;
use crate::model::callback::CompleteCanceled;
use crate::model::file_system::Request;
use crate::model::thread::{self, Site};
use crate::verify::{self, rule};

/// What is done about an operation when it is cancelled.
pub type Routine = Box<dyn FnOnce(&'static Operation) + Send>;

/// Whether an operation is cancelled, and what is to be done about it.
#[derive(Default)]
pub struct Cancel {
    requested: bool,
    routine: Option<Routine>,
}

/// One pended operation of a program in so many is cancelled while the program waits.
const CANCEL_TURNS: u64 = 4;

thread_local! {
    /// This thread is a program's that would try again.
    static PERSISTENT: Cell<bool> = const { Cell::new(false) };
    /// The program has cancelled its operation.
    static CANCELLED: Cell<bool> = const { Cell::new(false) };
}

/// Lets a program do I/O that it may cancel while it waits; then it tries once more and waits to the end.
///
/// # Errors
/// Those of the last attempt.
pub fn persistently<T>(mut attempt: impl FnMut() -> Result<T, NTSTATUS>) -> Result<T, NTSTATUS> {
    CANCELLED.set(false);
    PERSISTENT.set(true);
    let first = attempt();
    PERSISTENT.set(false);
    match first {
        Err(STATUS_CANCELLED) if CANCELLED.replace(false) => attempt(),
        first => first,
    }
}

impl Operation {
    /// FltCancelIo, and programs: marks it as cancelled and calls its cancel routine; whether it had one.
    pub fn cancel(&'static self) -> bool {
        let routine = {
            let mut flow = self.flow();
            if !self.is_under_way() {
                return false;
            }
            flow.cancel.requested = true;
            flow.cancel.routine.take()
        };
        let had_one = routine.is_some();
        if let Some(routine) = routine {
            routine(self);
        }
        had_one
    }

    /// FltIsIoCanceled.
    pub fn is_cancelled(&self) -> bool {
        self.flow().cancel.requested
    }

    /// FltCancellableWait… — the same, asked by a filter that waits: the program may give up now.
    pub fn is_given_up(&'static self) -> bool {
        self.tempt();
        self.is_cancelled()
    }

    /// Sets the cancel routine.
    ///
    /// # Errors
    /// STATUS_CANCELLED when it is too late for one.
    pub fn set_cancel_routine(&self, routine: Routine) -> Result<(), NTSTATUS> {
        let mut flow = self.flow();
        if flow.cancel.requested {
            return Err(STATUS_CANCELLED);
        }
        flow.cancel.routine = Some(routine);
        Ok(())
    }

    /// Takes the cancel routine away; false when there is none, or when it has been called.
    pub fn clear_cancel_routine(&self) -> bool {
        self.flow().cancel.routine.take().is_some()
    }

    /// The program that waits for it may give up: now and then it does.
    pub(super) fn tempt(&'static self) {
        let iopb = self.iopb();
        let ends = matches!(iopb.MajorFunction, IRP_MJ_CLEANUP | IRP_MJ_CLOSE);
        let possible = PERSISTENT.get()
            && self.requestor().mode != 0
            && self.request() == Request::Irp
            && iopb.IrpFlags & IRP_PAGING_IO == 0
            && !ends;
        if possible && levels::draw().is_multiple_of(CANCEL_TURNS) {
            CANCELLED.set(true);
            verify::trace::line(|| "the program cancels its operation".to_owned());
            self.cancel();
        }
    }

    /// The filter lets the operation go on or end: Windows stops over one with a cancel routine.
    pub(super) fn check_cancel_routine(&self) {
        if self.clear_cancel_routine() {
            verify::violation(
                rule::CANCEL_ROUTINE_LEFT,
                format!("operation {:p} still has a cancel routine", self.pointer()),
            );
        }
    }
}

/// FltSetCancelCompletion.
///
/// # Errors
/// STATUS_CANCELLED when it is too late; STATUS_INVALID_PARAMETER for what cannot be cancelled: Windows asserts there.
pub fn set_completion(
    operation: &'static Operation,
    callback: CompleteCanceled,
) -> Result<(), NTSTATUS> {
    let paging = operation.iopb().IrpFlags & IRP_PAGING_IO != 0;
    if operation.request() != Request::Irp || paging {
        verify::violation(
            rule::CANCEL_FORBIDDEN,
            "a cancel routine is for IRPs that are no paging I/O",
        );
        return Err(STATUS_INVALID_PARAMETER);
    }
    operation.set_cancel_routine(Box::new(move |operation| {
        call_completion(callback, operation.pointer());
    }))
}

fn call_completion(callback: CompleteCanceled, data: PFLT_CALLBACK_DATA) {
    let site = Site {
        name: "cancel routine",
        code: callback as usize,
    };
    thread::call_driver(site, levels::choose(APC), || {
        // SAFETY: the driver gave this code for this operation, whose data are good until it is completed.
        unsafe { callback(data) }
    });
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use minifilter_sys::{FLT_PREOP_COMPLETE, FLT_PREOP_PENDING, IRP_MJ_READ, STATUS_SUCCESS};

    use super::*;
    use crate::model::flt_fixture::{Fixture, Script};
    use crate::model::operation::{self, Outcome, Requestor, complete_pre, find, pre_status_block};

    static CANCELLED_READS: AtomicU32 = AtomicU32::new(0);

    unsafe extern "win64" fn completed(data: PFLT_CALLBACK_DATA) {
        CANCELLED_READS.fetch_add(1, Ordering::Relaxed);
        let operation = find(data).expect("it is pended");
        operation.set_status(pre_status_block(STATUS_CANCELLED, 0));
        complete_pre(data, FLT_PREOP_COMPLETE, 0);
    }

    /// Pends an operation that nobody but its cancel routine completes; one that comes again is let through.
    fn pend_until_cancelled(data: PFLT_CALLBACK_DATA) -> i32 {
        static TURN: AtomicU32 = AtomicU32::new(0);
        let operation = find(data).expect("it runs");
        if set_completion(operation, completed).is_err() {
            return FLT_PREOP_COMPLETE;
        }
        let data = data as usize;
        let delay = u64::from(TURN.fetch_add(1, Ordering::Relaxed) % 3);
        std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(delay));
            let data = data as PFLT_CALLBACK_DATA;
            if find(data).is_some_and(Operation::clear_cancel_routine) {
                complete_pre(data, minifilter_sys::FLT_PREOP_SUCCESS_NO_CALLBACK, 0);
            }
        });
        FLT_PREOP_PENDING
    }

    #[test]
    fn a_program_cancels_now_and_then_and_gets_its_answer_in_the_end() {
        let fixture = Fixture::new(Script {
            pre: Some(Arc::new(|data, _, _| pend_until_cancelled(data))),
            ..Script::default()
        });
        let user = Requestor {
            mode: 1,
            ..Requestor::kernel()
        };
        for _ in 0..60 {
            let end = persistently(|| {
                let mut iopb = crate::volume::paging::empty_block();
                iopb.MajorFunction = IRP_MJ_READ;
                iopb.TargetFileObject = fixture.file.pointer();
                match operation::send(&fixture.volume, Request::Irp, &mut iopb, user) {
                    Outcome::Done(block) => match operation::status_of(&block) {
                        STATUS_SUCCESS => Ok(()),
                        status => Err(status),
                    },
                    Outcome::FastIoDisallowed => Err(STATUS_INVALID_PARAMETER),
                }
            });
            assert_eq!(end, Ok(()));
        }
        assert!(CANCELLED_READS.load(Ordering::Relaxed) > 0);
    }
}
