//! FltCompletePendedPreOperation, FltCompletePendedPostOperation — from any thread, perhaps before the callback returned.

use std::sync::Arc;

use minifilter_sys::{
    FLT_PREOP_COMPLETE, FLT_PREOP_SUCCESS_NO_CALLBACK, FLT_PREOP_SUCCESS_WITH_CALLBACK, NTSTATUS,
    PFLT_CALLBACK_DATA,
};

use super::data::{self, Operation};
use super::flow::{Phase, Step};
use super::pre::{self, PreResult};
use super::{obligations, post};
use crate::model::bounds::APC;
use crate::model::instance::Instance;
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

/// F25 — reports what an instance pended after InstanceTeardownStart and still keeps; gives back how many there are.
///
/// A callback that had begun before may return FLT_PREOP_PENDING later and break nothing, as long as somebody resumes
/// the operation; so the rule is broken by what is kept when nobody is to be expected any more.
pub fn report_late(instance: &Arc<Instance>) -> u64 {
    let late = |operation: &&Operation| {
        let flow = operation.flow();
        let kept = operation.is_under_way() && flow.pend == Pend::Pended(Phase::Pre);
        let mine = flow.at.as_ref().is_some_and(|at| Arc::ptr_eq(at, instance));
        kept && mine && flow.pended_late
    };
    let all = data::all();
    let late = all.into_iter().filter(late);
    let report = |operation: &Operation| {
        let detail = "pended after InstanceTeardownStart, and kept";
        obligations::report(operation, Phase::Pre, rule::F25, detail.to_owned());
    };
    late.map(report).count() as u64
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
