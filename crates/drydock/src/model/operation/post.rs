//! PFLT_POST_OPERATION_CALLBACK — calling it on the way up, at the level and in the thread it is due.
#![allow(unsafe_code)] // calls the driver's post-operation callbacks

use std::sync::Arc;

use minifilter_sys::{
    FLT_POSTOP_DISALLOW_FSFILTER_IO, FLT_POSTOP_FINISHED_PROCESSING,
    FLT_POSTOP_MORE_PROCESSING_REQUIRED, FLTFL_CALLBACK_DATA_DIRTY,
    FLTFL_CALLBACK_DATA_POST_OPERATION, IRP_MJ_CREATE, IRP_MJ_QUERY_OPEN, PMDL,
    STATUS_FLT_DISALLOW_FSFILTER_IO,
};

use super::change::Before;
use super::data::Operation;
use super::flow::{Frame, Phase, Step};
use super::levels::{self, PostPath};
use super::pend::Pend;
use super::pre::status_block;
use super::{buffer, cancel_open, major, obligations, statistics};
use crate::model::callback::{self, PostOperation};
use crate::model::file_system::Request;
use crate::model::thread::Site;
use crate::model::{mdl, related, thread};
use crate::verify::rule;

/// Takes the top frame off and calls its post-operation callback, if it has one.
pub fn call(operation: &'static Operation) -> Step {
    let Some(frame) = operation.flow().frames.pop() else {
        return Step::Reached;
    };
    if frame.drained {
        return Step::Go;
    }
    if frame.changed {
        let swapped = buffer::swapped_mdl(&frame.seen, &operation.iopb());
        let mut flow = operation.flow();
        flow.swapped_mdl = swapped.filter(|mdl| !flow.locked_mdls.contains(mdl));
        drop(flow);
        operation.set_iopb(frame.seen);
    }
    if !frame.callback {
        free_swapped_mdl(operation);
        frame.instance.operations.exit();
        return Step::Go;
    }
    prepare(operation, &frame);
    let bound = bound(operation, &frame);
    let status = run_callback(operation, &frame, levels::choose(bound), 0);
    judge(operation, status)
}

fn prepare(operation: &'static Operation, frame: &Frame) {
    let mut iopb = operation.iopb();
    iopb.TargetInstance = frame.instance.handle();
    operation.set_iopb(iopb);
    operation.change_flags(
        FLTFL_CALLBACK_DATA_POST_OPERATION,
        FLTFL_CALLBACK_DATA_DIRTY,
    );
    let before = Before::take(operation);
    let mut flow = operation.flow();
    flow.pend = Pend::Calling(Phase::Post);
    flow.synchronized = frame.synchronized;
    flow.at = Some(Arc::clone(&frame.instance));
    flow.before = Some(before);
}

/// The highest level at which the frame's post-operation callback may come.
fn bound(operation: &Operation, frame: &Frame) -> u8 {
    let seen = &frame.seen;
    let path = match operation.request() {
        Request::FastIo | Request::FsFilter => PostPath::SameThread,
        Request::Irp if seen.MajorFunction == IRP_MJ_CREATE => PostPath::Create,
        Request::Irp if frame.synchronized => {
            return levels::synchronized_bound(seen.MajorFunction, seen.IrpFlags);
        }
        Request::Irp => PostPath::Default,
    };
    levels::post_bound(path)
}

/// Calls the post-operation callback of a frame for `operation` (which is a copy when draining).
pub fn run_callback(operation: &'static Operation, frame: &Frame, level: u8, flags: u32) -> i32 {
    let registered = frame
        .instance
        .filter
        .registration
        .operation(frame.seen.MajorFunction);
    let Some(post) = registered.and_then(|registered| registered.PostOperation) else {
        return FLT_POSTOP_FINISHED_PROCESSING;
    };
    // SAFETY: the member's type is PFLT_POST_OPERATION_CALLBACK, of which PostOperation is the true convention.
    let post: PostOperation = unsafe { callback::win64(post) };
    let objects = related::of_operation(&frame.instance, frame.seen.TargetFileObject);
    let context = frame.context as *mut std::ffi::c_void;
    let major = frame.seen.MajorFunction;
    statistics::count_callback(major, operation.request(), Phase::Post);
    let site = Site {
        name: major::names(major).post,
        code: post as usize,
    };
    let status = thread::call_driver(site, level, || {
        cancel_open::during(operation, major, || {
            let objects = std::ptr::from_ref(&objects).cast_mut();
            // SAFETY: the driver registered this code for exactly this call; data and objects outlive it.
            unsafe { post(operation.pointer(), objects, context, flags) }
        })
    });
    crate::verify::trace::result(|| match status {
        FLT_POSTOP_FINISHED_PROCESSING => "FLT_POSTOP_FINISHED_PROCESSING".into(),
        FLT_POSTOP_MORE_PROCESSING_REQUIRED => "FLT_POSTOP_MORE_PROCESSING_REQUIRED".into(),
        other => format!("{other:#x}"),
    });
    status
}

fn judge(operation: &'static Operation, status: i32) -> Step {
    let mut flow = operation.flow();
    let pend = std::mem::replace(&mut flow.pend, Pend::Idle);
    if status == FLT_POSTOP_MORE_PROCESSING_REQUIRED && pend != Pend::CompletedPost {
        flow.pend = Pend::Pended(Phase::Post);
        drop(flow);
        check_pended(operation);
        return Step::Released;
    }
    drop(flow);
    check_status(operation, status, pend);
    let query_open = operation.iopb().MajorFunction == IRP_MJ_QUERY_OPEN;
    if status == FLT_POSTOP_DISALLOW_FSFILTER_IO && query_open {
        operation.set_status(status_block(STATUS_FLT_DISALLOW_FSFILTER_IO, 0));
    }
    finished(operation);
    Step::Go
}

fn check_pended(operation: &Operation) {
    if operation.request() != Request::Irp {
        let detail = format!(
            "FLT_POSTOP_MORE_PROCESSING_REQUIRED for {}",
            operation.request().label()
        );
        obligations::report(operation, Phase::Post, rule::F3, detail);
    }
}

fn check_status(operation: &Operation, status: i32, pend: Pend) {
    let query_open = operation.iopb().MajorFunction == IRP_MJ_QUERY_OPEN;
    let (rule, detail) = match status {
        FLT_POSTOP_MORE_PROCESSING_REQUIRED => return check_pended(operation),
        FLT_POSTOP_FINISHED_PROCESSING if pend == Pend::CompletedPost => (
            rule::NOT_PENDED,
            "FltCompletePendedPostOperation, and then FLT_POSTOP_FINISHED_PROCESSING returned"
                .to_owned(),
        ),
        FLT_POSTOP_FINISHED_PROCESSING => return,
        FLT_POSTOP_DISALLOW_FSFILTER_IO if query_open => return,
        FLT_POSTOP_DISALLOW_FSFILTER_IO => (rule::F8, "FLT_POSTOP_DISALLOW_FSFILTER_IO".to_owned()),
        other => (rule::F1, format!("unknown status {other}")),
    };
    obligations::report(operation, Phase::Post, rule, detail);
}

/// The filter manager frees the MDL of a swapped buffer unless the filter kept it.
fn free_swapped_mdl(operation: &Operation) {
    if let Some(swapped) = operation.take_swapped_mdl() {
        mdl::free_if_allocated(swapped as PMDL);
    }
}

/// The instance is done with the operation.
pub fn finished(operation: &'static Operation) {
    free_swapped_mdl(operation);
    let before = operation.flow().before.take();
    if let Some(before) = before {
        obligations::check_post(operation, &before);
    }
    let instance = operation.flow().at.take();
    if let Some(instance) = instance {
        instance.operations.exit();
    }
}
