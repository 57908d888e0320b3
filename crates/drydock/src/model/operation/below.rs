//! IoMarkIrpPending below the last filter — operations that the file system keeps, and completes later in any thread.

use std::cell::Cell;

use minifilter_sys::{IO_STATUS_BLOCK, STATUS_PENDING};

use super::cancel::Routine;
use super::data::Operation;
use super::flow::Step;
use super::pend::Pend;
use super::{requestor, status_of};
use crate::model::flt_volume::FltVolume;

thread_local! {
    /// The operation that the file system performs in this thread.
    static PERFORMED: Cell<Option<&'static Operation>> = const { Cell::new(None) };
}

/// Kept — an operation that the file system has, until it completes it.
pub struct Kept(&'static Operation);

impl Kept {
    /// Keeps the operation that is performed in this thread; its `perform` answers STATUS_PENDING then.
    ///
    /// `cancelled` is called when somebody cancels it, at most once and perhaps at once, from any thread. None is given
    /// for an operation that is cancelled already, or that nobody sent.
    pub fn current(cancelled: Routine) -> Option<Self> {
        let operation = PERFORMED.get()?;
        operation.set_cancel_routine(cancelled).ok()?;
        operation.flow().pend = Pend::Keeping;
        Some(Self(operation))
    }

    /// IoCompleteRequest — the post-operation callbacks run in this thread, so no lock may be held.
    pub fn complete(self, status: IO_STATUS_BLOCK) {
        let operation = self.0;
        operation.clear_cancel_routine();
        let mut flow = operation.flow();
        if flow.pend == Pend::Keeping {
            flow.pend = Pend::Ended(status_of(&status), status.Information);
            return;
        }
        flow.pend = Pend::Idle;
        drop(flow);
        operation.set_status(status);
        operation.resume();
    }

    /// Tells it from others that are kept.
    pub fn id(&self) -> usize {
        std::ptr::from_ref(self.0) as usize
    }

    /// Whether it is this operation.
    pub fn is(&self, operation: &Operation) -> bool {
        std::ptr::eq(self.0, operation)
    }
}

/// The operation that the file system performs in this thread.
pub fn current() -> Option<&'static Operation> {
    PERFORMED.get()
}

/// Lets the file system perform an operation that has come down to it.
pub fn perform(operation: &'static Operation, volume: &FltVolume) -> Step {
    operation.flow().pend = Pend::Performing;
    let mut status = operation.status();
    let outer = PERFORMED.replace(Some(operation));
    requestor::perform(operation.requestor(), || {
        volume
            .file_system
            .perform(operation.request(), operation.iopb_mut(), &mut status);
    });
    PERFORMED.set(outer);
    if matches!(operation.flow().pend, Pend::Keeping | Pend::Ended(..)) {
        operation.tell_status(STATUS_PENDING);
        return keep(operation);
    }
    operation.flow().pend = Pend::Idle;
    operation.set_status(status);
    operation.tell_status(status_of(&status));
    Step::Go
}

/// Lets go of an operation that is kept, unless it has been completed meanwhile.
fn keep(operation: &Operation) -> Step {
    let mut flow = operation.flow();
    if let Pend::Ended(status, information) = flow.pend {
        flow.pend = Pend::Idle;
        drop(flow);
        operation.set_status(super::pre_status_block(status, information));
        return Step::Go;
    }
    flow.pend = Pend::Kept;
    Step::Released
}
