//! FltCompletePendedPreOperation, FltCompletePendedPostOperation — from any thread, perhaps before the callback returned.

use minifilter_sys::{
    FLT_PREOP_COMPLETE, FLT_PREOP_SUCCESS_NO_CALLBACK, FLT_PREOP_SUCCESS_WITH_CALLBACK, NTSTATUS,
    PFLT_CALLBACK_DATA,
};

use super::data::{self, Operation};
use super::flow::{Phase, Step};
use super::post;
use super::pre::{self, PreResult};
use crate::model::bounds::APC;
use crate::model::thread;
use crate::verify::{self, rule};

/// Who has the operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pend {
    /// The filter manager.
    Idle,
    /// A callback that has not returned yet.
    Calling(Phase),
    /// A filter, until it completes the operation.
    Pended(Phase),
    /// The filter completed it before its pre-operation callback returned.
    CompletedPre(PreResult),
    /// The filter completed it before its post-operation callback returned.
    CompletedPost,
    /// The file system, which has not returned yet.
    Performing,
    /// The file system, which has not returned yet and will keep it.
    Keeping,
    /// The file system, until it completes the operation.
    Kept,
    /// Nobody: the file system completed it with this status and information before it returned.
    Ended(NTSTATUS, usize),
}

/// FltCompletePendedPreOperation.
pub fn complete_pre(data: PFLT_CALLBACK_DATA, status: i32, context: usize) {
    let Some(operation) = known(data) else { return };
    if status != FLT_PREOP_COMPLETE {
        thread::require_irql(APC);
    }
    operation.check_cancel_routine();
    let mut result = PreResult { status, context };
    if !matches!(
        status,
        FLT_PREOP_COMPLETE | FLT_PREOP_SUCCESS_NO_CALLBACK | FLT_PREOP_SUCCESS_WITH_CALLBACK
    ) {
        verify::violation(
            rule::F1,
            format!("pended operation completed with status {status}"),
        );
        result.status = FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    let mut flow = operation.flow();
    match flow.pend {
        Pend::Calling(Phase::Pre) => flow.pend = Pend::CompletedPre(result),
        Pend::Pended(Phase::Pre) => {
            flow.pend = Pend::Idle;
            drop(flow);
            if pre::resumed(operation, result) == Step::Go {
                operation.resume();
            }
        }
        other => {
            drop(flow);
            not_pended(operation, Phase::Pre, other);
        }
    }
}

/// FltCompletePendedPostOperation.
pub fn complete_post(data: PFLT_CALLBACK_DATA) {
    let Some(operation) = known(data) else { return };
    operation.check_cancel_routine();
    let mut flow = operation.flow();
    match flow.pend {
        Pend::Calling(Phase::Post) => flow.pend = Pend::CompletedPost,
        Pend::Pended(Phase::Post) => {
            flow.pend = Pend::Idle;
            drop(flow);
            post::finished(operation);
            operation.resume();
        }
        other => {
            drop(flow);
            not_pended(operation, Phase::Post, other);
        }
    }
}

fn known(data: PFLT_CALLBACK_DATA) -> Option<&'static Operation> {
    let found = data::find(data);
    if found.is_none() {
        verify::violation(
            rule::NOT_PENDED,
            format!("{data:p} is not the callback data of an operation under way"),
        );
    }
    found
}

#[cold]
fn not_pended(operation: &Operation, phase: Phase, found: Pend) {
    let detail = format!(
        "{phase:?}-operation of {:p} is not pended but {found:?}",
        operation.pointer()
    );
    verify::violation(rule::NOT_PENDED, detail);
}
