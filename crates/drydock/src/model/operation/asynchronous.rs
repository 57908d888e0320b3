//! Operations whose sender does not wait: FltPerformAsynchronousIo, FltReadFile and FltWriteFile with a callback.

use std::sync::Arc;

use minifilter_sys::{FLT_IO_PARAMETER_BLOCK, IO_STATUS_BLOCK, NTSTATUS, STATUS_PENDING};

use super::data::Operation;
use super::flow::{Phase, Step};
use super::pend::Pend;
use super::{Entry, Extras, Requestor, levels, status_of};
use crate::model::file_system::Request;
use crate::model::flt_volume::FltVolume;
use crate::model::instance::Instance;
use crate::model::work_queue;

/// What is done with an operation that has ended, in the thread that ended it.
pub type Completion = Box<dyn FnOnce(&'static Operation) + Send>;

/// Sends an operation below an instance; gives STATUS_PENDING, or its status if it has ended. The completion is called
/// either way.
///
/// The operation counts as the instance's own I/O, which teardown waits for, until the completion has returned.
pub fn send(
    instance: &Arc<Instance>,
    iopb: FLT_IO_PARAMETER_BLOCK,
    completion: Completion,
) -> NTSTATUS {
    let operation = begin(instance, &iopb);
    dispatch(instance, operation, completion)
}

/// Sent — an operation that was sent and is perhaps still under way.
#[derive(Clone, Copy)]
pub struct Sent {
    operation: &'static Operation,
    serial: u64,
}

impl Sent {
    /// CancelIoEx — cancels it unless it has ended; whether somebody had to be told.
    pub fn cancel(self) -> bool {
        self.operation.serial() == self.serial && self.operation.cancel()
    }

    /// A filter waits for its end in the thread that sent it, which so cannot go on: FLT_PREOP_SYNCHRONIZE.
    pub(super) fn is_held_up(operation: &Operation) -> bool {
        let flow = operation.flow();
        flow.completion.is_some() && flow.pend == Pend::Kept
    }
}

/// Sends a request of a program that does not wait through every instance of a volume.
pub fn send_from_top(
    volume: &Arc<FltVolume>,
    iopb: &FLT_IO_PARAMETER_BLOCK,
    requestor: Requestor,
    completion: Completion,
) -> Sent {
    let (entry, irp, extras) = (Entry::Top, Request::Irp, Extras::default());
    let operation = super::begin(volume, entry, irp, iopb, requestor, extras);
    operation.complete_with(completion);
    let serial = operation.serial();
    operation.start();
    Sent { operation, serial }
}

/// An operation below an instance that has not gone anywhere yet.
pub fn begin(instance: &Arc<Instance>, iopb: &FLT_IO_PARAMETER_BLOCK) -> &'static Operation {
    let entry = Entry::Below(instance);
    let requestor = Requestor::kernel();
    let extras = Extras::default();
    super::begin(
        &instance.volume,
        entry,
        Request::Irp,
        iopb,
        requestor,
        extras,
    )
}

/// Lets the operation go. Every other one is taken up by another thread, as by a file system that posts.
pub fn dispatch(
    instance: &Arc<Instance>,
    operation: &'static Operation,
    completion: Completion,
) -> NTSTATUS {
    instance.own_io.enter_again();
    let owner = Arc::clone(instance);
    operation.complete_with(Box::new(move |operation| {
        completion(operation);
        owner.own_io.exit();
    }));
    if levels::draw().is_multiple_of(2) {
        work_queue::queue(Box::new(move || {
            operation.start();
        }));
        return STATUS_PENDING;
    }
    operation.start().unwrap_or(STATUS_PENDING)
}

/// Sends the operation that a post-operation callback has once more, below the instance, and waits for its end.
pub fn again(instance: &Arc<Instance>, operation: &Operation) -> IO_STATUS_BLOCK {
    // What it met the first time is of no use any more.
    operation.set_tag_data(0);
    let extras = Extras {
        reissued: true,
        ..operation.extras()
    };
    let iopb = operation.iopb();
    let below = Entry::Below(instance);
    let requestor = operation.requestor();
    let again = super::begin(
        &instance.volume,
        below,
        Request::Irp,
        &iopb,
        requestor,
        extras,
    );
    again.wait(extras.ecp_list)
}

impl Operation {
    /// Drives the operation to its end; it is over then.
    ///
    /// A list of extra create parameters goes with it, unless it was `lent` by somebody whose operation goes on.
    pub fn wait(&'static self, lent: usize) -> IO_STATUS_BLOCK {
        self.run();
        let (status, iopb) = (self.status(), self.iopb());
        self.set_tag_data(0);
        if self.extras().ecp_list != lent {
            self.extras().free();
        }
        self.end();
        super::note(&iopb, Request::Irp);
        status
    }

    /// Whether FltReissueSynchronousIo may be called for it: in the post-operation callback of an instance that
    /// synchronized it, as creates are anyway.
    pub fn may_be_reissued(&self, instance: &Arc<Instance>) -> bool {
        let flow = self.flow();
        let mine = flow.at.as_ref().is_some_and(|at| Arc::ptr_eq(at, instance));
        mine && flow.synchronized && flow.pend == Pend::Calling(Phase::Post)
    }

    /// It was reissued: its result is the new one, which the callback has not changed.
    pub fn reissued(&self, status: IO_STATUS_BLOCK) {
        self.set_status(status);
        if let Some(before) = &mut self.flow().before {
            before.status = status;
        }
    }

    /// Drives an operation nobody waits for; its status if it has ended.
    fn start(&'static self) -> Option<NTSTATUS> {
        if self.advance(0) != Step::Reached {
            return None;
        }
        let status = status_of(&self.status());
        self.complete();
        Some(status)
    }

    /// The operation has ended and nobody waits for it.
    pub(super) fn complete(&'static self) {
        let completion = self.flow().completion.take();
        if let Some(completion) = completion {
            completion(self);
        }
        let iopb = self.iopb();
        self.end();
        super::note(&iopb, Request::Irp);
    }

    fn complete_with(&self, completion: Completion) {
        self.flow().completion = Some(completion);
    }
}
