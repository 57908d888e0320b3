//! F1 to F10, F16, F25 — what each status of a callback obliges it to.
#![allow(unsafe_code)] // reads the parameter union

use std::sync::Arc;

use minifilter_sys::{
    FLT_IO_PARAMETER_BLOCK, FLT_PREOP_COMPLETE, FLT_PREOP_DISALLOW_FASTIO,
    FLT_PREOP_DISALLOW_FSFILTER_IO, FLT_PREOP_SUCCESS_NO_CALLBACK, FLT_PREOP_SUCCESS_WITH_CALLBACK,
    FLT_PREOP_SYNCHRONIZE, IRP_MJ_CLEANUP, IRP_MJ_CLOSE, IRP_MJ_CREATE, IRP_MJ_DIRECTORY_CONTROL,
    IRP_MJ_FILE_SYSTEM_CONTROL, IRP_MJ_LOCK_CONTROL, IRP_MJ_QUERY_OPEN, IRP_MJ_SHUTDOWN,
    IRP_MJ_VOLUME_DISMOUNT, IRP_MJ_VOLUME_MOUNT, STATUS_FLT_DISALLOW_FAST_IO, STATUS_PENDING,
};

use super::change::Before;
use super::data::Operation;
use super::flow::Phase;
use super::intervention::{self, Intervention};
use super::pre::{PreResult, status_block};
use super::{major, status_of, swap};
use crate::model::file_system::Request;
use crate::model::instance::Instance;
use crate::verify::{self, Rule, rule};

/// IRP_MN_NOTIFY_CHANGE_DIRECTORY and IRP_MN_NOTIFY_CHANGE_DIRECTORY_EX.
const NOTIFY_CHANGE_DIRECTORY: [u8; 2] = [2, 3];

/// IRP_MN_USER_FS_REQUEST with one of the FSCTL_…OPLOCK… codes.
fn is_oplock_request(iopb: &FLT_IO_PARAMETER_BLOCK) -> bool {
    const CODES: [u32; 9] = [
        0x9_0000, 0x9_0004, 0x9_0008, 0x9_000C, 0x9_0010, 0x9_0014, 0x9_0050, 0x9_005C, 0x9_0240,
    ];
    // SAFETY: the caller looks at the parameters of a file system control.
    let control = unsafe { iopb.Parameters.FileSystemControl };
    // SAFETY: the code lies at the same place in every variant, and every bit pattern is a number.
    let common = unsafe { control.Common };
    iopb.MinorFunction == 0 && CODES.contains(&common.FsControlCode)
}

/// Reports a rule broken by a callback of `operation`.
#[cold]
pub fn report(operation: &Operation, phase: Phase, rule: Rule, detail: String) {
    let names = major::names(operation.iopb().MajorFunction);
    let site = match phase {
        Phase::Pre => names.pre,
        Phase::Post => names.post,
    };
    verify::violation_from(rule, site, code_of(operation, phase), detail);
}

/// Address of the callback that has, or just had, the operation.
fn code_of(operation: &Operation, phase: Phase) -> usize {
    let instance = operation.flow().at.clone();
    let major = operation.iopb().MajorFunction;
    let registered = instance
        .as_ref()
        .and_then(|instance| instance.filter.registration.operation(major));
    registered.map_or(0, |registered| match phase {
        Phase::Pre => registered.PreOperation.map_or(0, |pre| pre as usize),
        Phase::Post => registered.PostOperation.map_or(0, |post| post as usize),
    })
}

/// Checks a callback that returned FLT_PREOP_PENDING.
pub fn pended(operation: &Operation, has_context: bool) {
    if operation.request() != Request::Irp {
        let detail = format!("FLT_PREOP_PENDING for {}", operation.request().label());
        report(operation, Phase::Pre, rule::F3, detail);
    }
    if has_context {
        report(
            operation,
            Phase::Pre,
            rule::F4,
            "FLT_PREOP_PENDING with a completion context".to_owned(),
        );
    }
}

/// Checks the final result of a pre-operation callback; gives the status that the operation goes on with.
pub fn check_pre(
    operation: &Operation,
    instance: &Arc<Instance>,
    before: &Before,
    result: PreResult,
) -> PreResult {
    let found = Check {
        operation,
        before,
        major: before.iopb.MajorFunction,
    };
    found.changes(result.status);
    match result.status {
        FLT_PREOP_SUCCESS_WITH_CALLBACK | FLT_PREOP_SYNCHRONIZE => {
            found.with_callback(instance, result)
        }
        FLT_PREOP_SUCCESS_NO_CALLBACK => found.without_context(result),
        FLT_PREOP_COMPLETE => {
            intervention::count(Intervention::Completed);
            found.completed();
            found.without_context(result)
        }
        FLT_PREOP_DISALLOW_FASTIO => found.disallow_fast_io(result),
        FLT_PREOP_DISALLOW_FSFILTER_IO => found.disallow_fs_filter(result),
        other => {
            found.report(rule::F1, format!("unknown status {other}"));
            PreResult {
                status: FLT_PREOP_SUCCESS_NO_CALLBACK,
                context: 0,
            }
        }
    }
}

struct Check<'a> {
    operation: &'a Operation,
    before: &'a Before,
    major: u8,
}

impl Check<'_> {
    fn report(&self, rule: Rule, detail: impl Into<String>) {
        report(self.operation, Phase::Pre, rule, detail.into());
    }

    fn changes(&self, status: i32) {
        let parameters = !self.before.changed_silently(self.operation)
            && self.before.parameters_changed(self.operation);
        if status != FLT_PREOP_COMPLETE && (parameters || self.before.renamed(self.operation)) {
            intervention::count(Intervention::Parameters);
            swap::check(self.operation, &self.before.iopb, status);
        }
        if self.before.fixed_part_changed(self.operation) {
            self.report(
                rule::F10,
                "Thread, RequestorMode or Iopb of the callback data was changed",
            );
            self.before.restore_fixed_part(self.operation);
        }
        if self.before.changed_silently(self.operation) {
            self.report(
                rule::F10,
                "parameters were changed without FltSetCallbackDataDirty; the change is lost",
            );
            self.operation.set_iopb(self.before.iopb);
        }
        if status != FLT_PREOP_COMPLETE && self.before.status_changed(self.operation) {
            let rule = if status == FLT_PREOP_DISALLOW_FASTIO {
                rule::F7
            } else {
                rule::F10
            };
            self.report(
                rule,
                format!("IoStatus was written and status {status} returned"),
            );
            self.operation.set_status(self.before.status);
        }
    }

    fn with_callback(&self, instance: &Arc<Instance>, result: PreResult) -> PreResult {
        let registered = instance
            .filter
            .registration
            .operation(self.before.iopb.MajorFunction);
        if registered.is_none_or(|registered| registered.PostOperation.is_none()) {
            self.report(
                rule::F2,
                format!(
                    "status {} and no post-operation callback registered",
                    result.status
                ),
            );
            return PreResult {
                status: FLT_PREOP_SUCCESS_NO_CALLBACK,
                context: 0,
            };
        }
        if result.status == FLT_PREOP_SYNCHRONIZE {
            self.synchronize();
        }
        result
    }

    /// Fast I/O and FsFilter operations are synchronous anyway: for them the status means SUCCESS_WITH_CALLBACK.
    fn synchronize(&self) {
        if self.operation.request() != Request::Irp {
            return;
        }
        let iopb = &self.before.iopb;
        let transfer = matches!(iopb.MajorFunction, 3 | 4);
        let asynchronous = transfer && !super::is_synchronous(self.operation);
        let forbidden = match self.major {
            IRP_MJ_CREATE => return self.synchronize_create(),
            IRP_MJ_LOCK_CONTROL => Some("byte-range locks"),
            IRP_MJ_DIRECTORY_CONTROL if NOTIFY_CHANGE_DIRECTORY.contains(&iopb.MinorFunction) => {
                Some("directory change notification")
            }
            IRP_MJ_FILE_SYSTEM_CONTROL if is_oplock_request(iopb) => Some("an oplock request"),
            _ if asynchronous => Some("asynchronous read or write"),
            _ => None,
        };
        if let Some(what) = forbidden {
            self.report(rule::F9, format!("FLT_PREOP_SYNCHRONIZE for {what}"));
        }
    }

    /// The page advises against it, since the filter manager synchronizes creates anyway; it does no harm, and published
    /// drivers do it.
    fn synchronize_create(&self) {
        let site = major::names(self.major).pre;
        let code = code_of(self.operation, Phase::Pre);
        verify::warning_from(rule::F9, site, code, "FLT_PREOP_SYNCHRONIZE for create");
    }

    fn without_context(&self, result: PreResult) -> PreResult {
        if result.context != 0 {
            self.report(
                rule::F4,
                format!("status {} with a completion context", result.status),
            );
        }
        PreResult {
            context: 0,
            ..result
        }
    }

    fn completed(&self) {
        let status = status_of(&self.operation.status());
        if status == STATUS_PENDING || status == STATUS_FLT_DISALLOW_FAST_IO {
            self.report(
                rule::F5,
                format!("FLT_PREOP_COMPLETE with status {status:#x}"),
            );
        }
        let must_succeed = self.major == IRP_MJ_CLEANUP || self.major == IRP_MJ_CLOSE;
        if must_succeed && status != 0 {
            self.report(
                rule::F6,
                format!("FLT_PREOP_COMPLETE with status {status:#x}"),
            );
            self.operation.set_status(status_block(0, 0));
        }
    }

    fn disallow_fast_io(&self, result: PreResult) -> PreResult {
        let result = self.without_context(result);
        let never = [IRP_MJ_SHUTDOWN, IRP_MJ_VOLUME_MOUNT, IRP_MJ_VOLUME_DISMOUNT];
        if self.operation.request() == Request::FastIo && !never.contains(&self.major) {
            return result;
        }
        self.report(
            rule::F7,
            format!(
                "FLT_PREOP_DISALLOW_FASTIO for {}",
                self.operation.request().label()
            ),
        );
        PreResult {
            status: FLT_PREOP_SUCCESS_NO_CALLBACK,
            context: 0,
        }
    }

    fn disallow_fs_filter(&self, result: PreResult) -> PreResult {
        let result = self.without_context(result);
        if self.major == IRP_MJ_QUERY_OPEN {
            return result;
        }
        self.report(rule::F8, "FLT_PREOP_DISALLOW_FSFILTER_IO");
        PreResult {
            status: FLT_PREOP_SUCCESS_NO_CALLBACK,
            context: 0,
        }
    }
}

/// Checks a post-operation callback that has finished.
pub fn check_post(operation: &Operation, before: &Before) {
    let report = |rule, detail: &str| report(operation, Phase::Post, rule, detail.to_owned());
    if before.fixed_part_changed(operation) {
        report(
            rule::F10,
            "Thread, RequestorMode or Iopb of the callback data was changed",
        );
        before.restore_fixed_part(operation);
    }
    if before.changed_silently(operation) {
        report(
            rule::F10,
            "parameters were changed without FltSetCallbackDataDirty; the change is lost",
        );
        operation.set_iopb(before.iopb);
    }
    if before.status_changed(operation) {
        intervention::count(Intervention::Result);
    }
    let major = before.iopb.MajorFunction;
    let status = status_of(&operation.status());
    let must_succeed = major == IRP_MJ_CLEANUP || major == IRP_MJ_CLOSE;
    if must_succeed && status < 0 && status_of(&before.status) >= 0 {
        report(rule::F6, "a successful cleanup or close was failed");
        operation.set_status(before.status);
    }
    let failed_create = major == IRP_MJ_CREATE && status < 0 && status_of(&before.status) >= 0;
    if failed_create && !operation.open_was_cancelled() {
        report(
            rule::F16,
            "a successful create was failed without FltCancelFileOpen",
        );
    }
}
