//! PFLT_PRE_OPERATION_CALLBACK — calling it and holding it to the obligations of the status it returns.
#![allow(unsafe_code)] // calls the driver's pre-operation callbacks

use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use minifilter_sys::{
    FLT_IO_PARAMETER_BLOCK, FLT_OPERATION_REGISTRATION, FLT_PREOP_COMPLETE,
    FLT_PREOP_DISALLOW_FASTIO, FLT_PREOP_DISALLOW_FSFILTER_IO, FLT_PREOP_PENDING,
    FLT_PREOP_SUCCESS_NO_CALLBACK, FLT_PREOP_SUCCESS_WITH_CALLBACK, FLT_PREOP_SYNCHRONIZE,
    FLTFL_CALLBACK_DATA_DIRTY, FLTFL_CALLBACK_DATA_POST_OPERATION,
    FLTFL_OPERATION_REGISTRATION_SKIP_CACHED_IO,
    FLTFL_OPERATION_REGISTRATION_SKIP_NON_CACHED_NON_PAGING_IO,
    FLTFL_OPERATION_REGISTRATION_SKIP_NON_DASD_IO, FLTFL_OPERATION_REGISTRATION_SKIP_PAGING_IO,
    IO_STATUS_BLOCK, IRP_MJ_CREATE, STATUS_FLT_DISALLOW_FAST_IO, STATUS_PENDING,
};

use super::buffer_guard::Guard;
use super::data::Operation;
use super::flow::{Direction, Frame, Phase, Step};
use super::pend::Pend;
use super::{change, levels, major, obligations, statistics, status_of};
use crate::model::callback::{self, PreOperation};
use crate::model::file_system::Request;
use crate::model::instance::Instance;
use crate::model::thread::Site;
use crate::model::{related, thread};
use crate::verify::{self, rule};

const PAGING_IO: u32 = 0x2;
const NOCACHE: u32 = 0x1;
/// FO_VOLUME_OPEN.
const VOLUME_OPEN: u32 = 0x0040_0000;

/// What a pre-operation callback returned, or what completed a pended one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PreResult {
    /// FLT_PREOP_*.
    pub status: i32,
    /// Completion context.
    pub context: usize,
}

/// Lets the instance with index `index` see the operation on its way down.
pub fn call(operation: &'static Operation, instance: &Arc<Instance>, index: usize) -> Step {
    operation.flow().direction = Direction::Down(index + 1);
    let mut iopb = operation.iopb();
    let request = operation.request();
    let Some(registered) = instance.filter.registration.operation(iopb.MajorFunction) else {
        return Step::Go;
    };
    if skips(registered, request, &iopb) || !instance.operations.enter() {
        return Step::Go;
    }
    instance.seen.fetch_add(1, Ordering::Relaxed);
    iopb.TargetInstance = instance.handle();
    operation.set_iopb(iopb);
    operation.change_flags(
        0,
        FLTFL_CALLBACK_DATA_DIRTY | FLTFL_CALLBACK_DATA_POST_OPERATION,
    );
    let Some(pre) = registered.PreOperation else {
        let result = PreResult {
            status: FLT_PREOP_SUCCESS_WITH_CALLBACK,
            context: 0,
        };
        return finish(operation, instance, iopb, result);
    };
    let before = change::Before::take(operation);
    {
        let mut flow = operation.flow();
        flow.pend = Pend::Calling(Phase::Pre);
        flow.at = Some(Arc::clone(instance));
        flow.before = Some(before);
    }
    // SAFETY: the member's type is PFLT_PRE_OPERATION_CALLBACK, of which PreOperation is the true convention.
    let pre: PreOperation = unsafe { callback::win64(pre) };
    let result = run_callback(operation, instance, &iopb, pre);
    judge(operation, instance, result)
}

fn run_callback(
    operation: &'static Operation,
    instance: &Arc<Instance>,
    iopb: &FLT_IO_PARAMETER_BLOCK,
    pre: PreOperation,
) -> PreResult {
    statistics::count_callback(iopb.MajorFunction, operation.request(), Phase::Pre);
    let objects = related::of_operation(instance, iopb.TargetFileObject);
    let level = levels::choose(levels::pre_bound(
        iopb.MajorFunction,
        operation.request(),
        iopb.IrpFlags,
    ));
    let guard = Guard::take(iopb, operation, pre as usize);
    let mut context: *mut c_void = null_mut();
    let site = Site {
        name: major::names(iopb.MajorFunction).pre,
        code: pre as usize,
    };
    let status = thread::call_driver(site, level, || {
        // SAFETY: the driver registered this code for exactly this call; data, objects and context outlive it.
        unsafe {
            pre(
                operation.pointer(),
                std::ptr::from_ref(&objects).cast_mut(),
                &raw mut context,
            )
        }
    });
    verify::trace::result(|| result_name(status));
    if let Some(guard) = guard {
        guard.check(operation, status);
    }
    PreResult {
        status,
        context: context as usize,
    }
}

/// FLT_PREOP_CALLBACK_STATUS by name.
fn result_name(status: i32) -> String {
    match status {
        FLT_PREOP_SUCCESS_WITH_CALLBACK => "FLT_PREOP_SUCCESS_WITH_CALLBACK".into(),
        FLT_PREOP_SUCCESS_NO_CALLBACK => "FLT_PREOP_SUCCESS_NO_CALLBACK".into(),
        FLT_PREOP_PENDING => "FLT_PREOP_PENDING".into(),
        FLT_PREOP_DISALLOW_FASTIO => "FLT_PREOP_DISALLOW_FASTIO".into(),
        FLT_PREOP_COMPLETE => "FLT_PREOP_COMPLETE".into(),
        FLT_PREOP_SYNCHRONIZE => "FLT_PREOP_SYNCHRONIZE".into(),
        other => format!("{other:#x}"),
    }
}

/// After the callback has returned.
fn judge(operation: &'static Operation, instance: &Arc<Instance>, result: PreResult) -> Step {
    let mut flow = operation.flow();
    let pend = std::mem::replace(&mut flow.pend, Pend::Idle);
    if result.status == FLT_PREOP_PENDING {
        let tearing_down = instance.teardown_started.load(Ordering::Acquire);
        let completed = match pend {
            Pend::CompletedPre(completed) => Some(completed),
            _ => {
                flow.pend = Pend::Pended(Phase::Pre);
                flow.pended_late = tearing_down;
                None
            }
        };
        drop(flow);
        obligations::pended(operation, result.context != 0);
        if completed.is_none() {
            operation.tell_status(STATUS_PENDING);
        }
        return match completed {
            Some(completed) => resumed(operation, completed),
            None => Step::Released,
        };
    }
    drop(flow);
    if matches!(pend, Pend::CompletedPre(_)) {
        let detail = format!(
            "FltCompletePendedPreOperation, and then status {} returned",
            result.status
        );
        obligations::report(operation, Phase::Pre, rule::NOT_PENDED, detail);
    }
    resumed(operation, result)
}

/// Goes on with a result: of the callback that returned, or of whoever completed the pended operation.
pub fn resumed(operation: &'static Operation, result: PreResult) -> Step {
    let (instance, before) = {
        let mut flow = operation.flow();
        (flow.at.clone(), flow.before.take())
    };
    let (Some(instance), Some(before)) = (instance, before) else {
        return Step::Go;
    };
    let result = obligations::check_pre(operation, &instance, &before, result);
    operation.flow().at = None;
    finish(operation, &instance, before.iopb, result)
}

/// Does what the (corrected) status says. `seen` are the parameters as the callback met them.
fn finish(
    operation: &'static Operation,
    instance: &Arc<Instance>,
    seen: FLT_IO_PARAMETER_BLOCK,
    result: PreResult,
) -> Step {
    let changed = operation.flags() & FLTFL_CALLBACK_DATA_DIRTY != 0;
    let registered = instance.filter.registration.operation(seen.MajorFunction);
    let has_post = registered.is_some_and(|registered| registered.PostOperation.is_some());
    let callback = match result.status {
        FLT_PREOP_SUCCESS_WITH_CALLBACK | FLT_PREOP_SYNCHRONIZE => has_post,
        FLT_PREOP_SUCCESS_NO_CALLBACK => false,
        _ => {
            turn_back(operation, result.status);
            operation.set_iopb(seen);
            instance.operations.exit();
            return Step::Go;
        }
    };
    if !callback && !changed {
        instance.operations.exit();
        return Step::Go;
    }
    let create = seen.MajorFunction == IRP_MJ_CREATE;
    let same_thread = create || result.status == FLT_PREOP_SYNCHRONIZE;
    let synchronized = callback && same_thread && operation.request() == Request::Irp;
    let floor = {
        let mut flow = operation.flow();
        let context = result.context;
        let instance = Arc::clone(instance);
        flow.frames.push(Frame {
            instance,
            seen,
            changed,
            context,
            callback,
            synchronized,
            drained: false,
        });
        flow.frames.len()
    };
    if synchronized {
        operation.reach(floor);
    }
    Step::Go
}

/// The operation goes no further down.
fn turn_back(operation: &'static Operation, status: i32) {
    if matches!(
        status,
        FLT_PREOP_DISALLOW_FASTIO | FLT_PREOP_DISALLOW_FSFILTER_IO
    ) {
        operation.set_status(status_block(STATUS_FLT_DISALLOW_FAST_IO, 0));
    } else {
        debug_assert_eq!(status, FLT_PREOP_COMPLETE);
        verify::trace::line(|| format!("completed with {:#x}", status_of(&operation.status())));
    }
    operation.flow().direction = Direction::Up;
    operation.tell_status(status_of(&operation.status()));
}

/// A status block.
pub fn status_block(status: i32, information: usize) -> IO_STATUS_BLOCK {
    // SAFETY: IO_STATUS_BLOCK is plain integers and a pointer, for which zero is a value.
    let mut block: IO_STATUS_BLOCK = unsafe { std::mem::zeroed() };
    block.Anonymous.Status = status;
    block.Information = information as _;
    block
}

fn skips(
    registered: &FLT_OPERATION_REGISTRATION,
    request: Request,
    iopb: &FLT_IO_PARAMETER_BLOCK,
) -> bool {
    let has = |flag: u32| registered.Flags & flag != 0;
    let irp = request == Request::Irp;
    let paging = irp && iopb.IrpFlags & PAGING_IO != 0;
    let noncached = irp && iopb.IrpFlags & NOCACHE != 0;
    let transfer = matches!(iopb.MajorFunction, 3 | 4);
    let cached = request == Request::FastIo || transfer && irp && !paging && !noncached;
    paging && has(FLTFL_OPERATION_REGISTRATION_SKIP_PAGING_IO)
        || cached && has(FLTFL_OPERATION_REGISTRATION_SKIP_CACHED_IO)
        || transfer
            && noncached
            && !paging
            && has(FLTFL_OPERATION_REGISTRATION_SKIP_NON_CACHED_NON_PAGING_IO)
        || has(FLTFL_OPERATION_REGISTRATION_SKIP_NON_DASD_IO) && !is_volume_open(iopb)
}

fn is_volume_open(iopb: &FLT_IO_PARAMETER_BLOCK) -> bool {
    let file = iopb.TargetFileObject;
    if file.is_null() {
        return false;
    }
    // SAFETY: the target of an operation is a file object that the I/O front end keeps until the operation ends.
    let flags = unsafe { (*file).Flags };
    flags & VOLUME_OPEN != 0
}
