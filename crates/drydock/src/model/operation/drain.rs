//! Draining — post-operation callbacks of a dying instance, with a copy of the data, while the operation is still below.

use std::sync::Arc;

use minifilter_sys::{
    FLT_POSTOP_FINISHED_PROCESSING, FLTFL_CALLBACK_DATA_DRAINING_IO, FLTFL_POST_OPERATION_DRAINING,
};

use super::data::{self, Operation};
use super::flow::{Frame, Phase};
use super::levels::{self, PostPath};
use super::{obligations, post};
use crate::model::flt_volume::Stack;
use crate::model::instance::Instance;
use crate::verify::rule;

/// Ends what the instance waits for: each of its frames is completed now with FLTFL_POST_OPERATION_DRAINING.
///
/// An operation whose parameters the instance changed cannot be drained; teardown waits for it.
pub fn drain(instance: &Arc<Instance>) {
    if instance.operations.count() == 0 {
        return;
    }
    for operation in data::all() {
        for frame in drainable(operation, instance) {
            drain_one(operation, &frame);
            instance.operations.exit();
        }
    }
}

fn drainable(operation: &Operation, instance: &Arc<Instance>) -> Vec<Frame> {
    let mut flow = operation.flow();
    let mine = flow.frames.iter_mut().filter(|frame| {
        Arc::ptr_eq(&frame.instance, instance) && frame.callback && !frame.changed && !frame.drained
    });
    mine.map(|frame| {
        frame.drained = true;
        Frame {
            instance: Arc::clone(&frame.instance),
            ..*frame
        }
    })
    .collect()
}

fn drain_one(operation: &Operation, frame: &Frame) {
    let volume = Arc::clone(&frame.instance.volume);
    let (request, requestor) = (operation.request(), operation.requestor());
    let copy = Operation::begin(&volume, Stack::default(), 0, request, frame.seen, requestor);
    copy.change_flags(FLTFL_CALLBACK_DATA_DRAINING_IO, 0);
    copy.flow().at = Some(Arc::clone(&frame.instance));
    let level = levels::choose(levels::post_bound(PostPath::Draining));
    let status = post::run_callback(copy, frame, level, FLTFL_POST_OPERATION_DRAINING);
    if status != FLT_POSTOP_FINISHED_PROCESSING {
        let detail = format!("draining post-operation callback returned {status}");
        obligations::report(copy, Phase::Post, rule::F11, detail);
    }
    copy.end();
}
