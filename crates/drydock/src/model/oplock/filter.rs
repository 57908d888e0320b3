//! FltOplock… — oplocks that filters keep for streams of their own.
#![allow(unsafe_code)] // calls the driver's routines

use std::collections::BTreeMap;
use std::ffi::c_void;
use std::sync::Arc;

use minifilter_sys::*;
use parking_lot::Mutex;

use super::conflict::Conflict;
use super::{Answer, Opens, Oplock, Request, request};
use crate::model::bounds::APC;
use crate::model::callback::OplockRoutine;
use crate::model::file_system::Request as Way;
use crate::model::operation::{
    Operation, complete_pre, find, is_synchronous, levels, pre_status_block,
};
use crate::model::thread::{self, Site};
use crate::volume::parameters;

/// The oplocks of filters by the address of their OPLOCK, which holds nothing here.
static KNOWN: Mutex<BTreeMap<usize, Arc<Oplock>>> = Mutex::new(BTreeMap::new());

/// FltInitializeOplock.
pub fn initialize(place: usize) {
    KNOWN.lock().insert(place, Arc::default());
}

/// FltUninitializeOplock — everything that waits for it ends.
pub fn uninitialize(place: usize) {
    let gone = KNOWN.lock().remove(&place);
    if let Some(oplock) = gone {
        oplock.end().settle();
    }
}

/// The oplock at an address. An OPLOCK of zeros is one that is initialised.
pub fn at(place: usize) -> Arc<Oplock> {
    Arc::clone(KNOWN.lock().entry(place).or_default())
}

/// What the driver wants to be told of an operation that waits for a break.
#[derive(Clone, Copy)]
pub struct Routines {
    /// PFLTOPLOCK_WAIT_COMPLETE_ROUTINE; without one the caller waits.
    pub complete: Option<OplockRoutine>,
    /// PFLTOPLOCK_PREPOST_CALLBACKDATA_ROUTINE.
    pub post: Option<OplockRoutine>,
    /// Their context.
    pub context: usize,
}

impl Routines {
    fn call(name: &'static str, routine: OplockRoutine, data: usize, context: usize) {
        let site = Site {
            name,
            code: routine as usize,
        };
        thread::call_driver(site, levels::choose(APC), || {
            // SAFETY: the driver gave this code for this operation, whose data are good until it completes it.
            unsafe { routine(data as PFLT_CALLBACK_DATA, context as *mut c_void) }
        });
    }
}

/// Ends an operation in its pre-operation callback.
fn complete(operation: &Operation, status: NTSTATUS) -> FLT_PREOP_CALLBACK_STATUS {
    operation.set_status(pre_status_block(status, 0));
    FLT_PREOP_COMPLETE
}

/// FltOplockFsctrl, FltOplockFsctrlEx.
pub fn control(
    place: usize,
    operation: &'static Operation,
    open_count: u32,
    flags: u32,
) -> FLT_PREOP_CALLBACK_STATUS {
    let iopb = operation.iopb();
    let is_control = iopb.MajorFunction == IRP_MJ_FILE_SYSTEM_CONTROL;
    if operation.request() != Way::Irp || !is_control {
        return complete(operation, STATUS_INVALID_PARAMETER);
    }
    let control = parameters::fs_control(&iopb);
    let (buffer, none, length) = (
        control.SystemBuffer,
        std::ptr::null_mut(),
        control.OutputBufferLength,
    );
    let input = parameters::input(buffer, none, control.InputBufferLength);
    let asked =
        input.and_then(|input| request::read(control.FsControlCode, input, length as usize));
    let (asked, output) = match (asked, parameters::output(buffer, none, length)) {
        (Ok(asked), Ok(output)) => (asked, output),
        (Err(status), _) | (_, Err(status)) => return complete(operation, status),
    };
    let opens = Opens {
        handles: open_count,
        strangers: match flags & OPLOCK_FSCTRL_FLAG_ALL_KEYS_MATCH {
            0 => open_count.saturating_sub(1),
            _ => 0,
        },
        // For an oplock that others may have too, the count says that there are byte-range locks.
        locked: open_count != 0,
        synchronous: is_synchronous(operation),
    };
    let oplock = at(place);
    let (answer, due) = oplock.control(asked, iopb.TargetFileObject as usize, opens, || {
        keep(&oplock, operation, output)
    });
    due.settle();
    match answer {
        Answer::Ended(status) => complete(operation, status),
        Answer::Kept => FLT_PREOP_PENDING,
    }
}

/// Keeps a control pended until its oplock ends.
fn keep(
    oplock: &Arc<Oplock>,
    operation: &'static Operation,
    output: &'static mut [u8],
) -> Option<Request> {
    let broken = Arc::downgrade(oplock);
    let id = std::ptr::from_ref(operation) as usize;
    let cancelled = move |_: &'static Operation| {
        if let Some(oplock) = broken.upgrade() {
            oplock.cancelled(id).settle();
        }
    };
    operation.set_cancel_routine(Box::new(cancelled)).ok()?;
    let data = operation.pointer() as usize;
    let end = move |status, information| {
        let data = data as PFLT_CALLBACK_DATA;
        if let Some(operation) = find(data) {
            operation.clear_cancel_routine();
            operation.set_status(pre_status_block(status, information));
            complete_pre(data, FLT_PREOP_COMPLETE, 0);
        }
    };
    Some(Request {
        end: Box::new(end),
        output,
        id,
    })
}

/// FltCheckOplock, FltCheckOplockEx.
pub fn check(
    place: usize,
    operation: &'static Operation,
    flags: u32,
    routines: Routines,
) -> FLT_PREOP_CALLBACK_STATUS {
    if operation.request() != Way::Irp {
        return complete(operation, STATUS_INVALID_PARAMETER);
    }
    let iopb = operation.iopb();
    if iopb.MajorFunction == IRP_MJ_CLEANUP {
        at(place).closed(iopb.TargetFileObject as usize).settle();
        return FLT_PREOP_SUCCESS_WITH_CALLBACK;
    }
    let only_looks = OPLOCK_FLAG_OPLOCK_KEY_CHECK_ONLY | OPLOCK_FLAG_BACK_OUT_ATOMIC_OPLOCK;
    let conflict = match flags & OPLOCK_FLAG_BREAKING_FOR_SHARING_VIOLATION {
        0 => conflict_of(&iopb),
        _ => Some(Conflict::Sharing),
    };
    match conflict {
        Some(conflict) if flags & only_looks == 0 => {
            break_for(place, operation, conflict, flags, routines)
        }
        _ => FLT_PREOP_SUCCESS_WITH_CALLBACK,
    }
}

/// Breaks what an operation makes wrong, and lets it wait for the holders, in one way or the other.
pub fn break_for(
    place: usize,
    operation: &'static Operation,
    conflict: Conflict,
    flags: u32,
    routines: Routines,
) -> FLT_PREOP_CALLBACK_STATUS {
    let (oplock, iopb) = (at(place), operation.iopb());
    let file = match flags & OPLOCK_FLAG_IGNORE_OPLOCK_KEYS {
        0 => iopb.TargetFileObject as usize,
        _ => 0,
    };
    while oplock.is_held() {
        let (waits, due) = oplock.check(conflict, file);
        due.settle();
        if !waits {
            break;
        }
        if goes_on(&iopb, flags) {
            operation.reissued(pre_status_block(STATUS_OPLOCK_BREAK_IN_PROGRESS, 0));
            break;
        }
        let Some(routine) = routines.complete else {
            oplock.wait();
            continue;
        };
        let (data, context) = (operation.pointer() as usize, routines.context);
        if let Some(post) = routines.post {
            Routines::call("oplock pre-post routine", post, data, context);
        }
        let told = move || Routines::call("oplock wait completion", routine, data, context);
        if let Err(told) = oplock.when_broken(told) {
            told();
        }
        return FLT_PREOP_PENDING;
    }
    FLT_PREOP_SUCCESS_WITH_CALLBACK
}

/// Whether a create goes on during a break, and says so.
fn goes_on(iopb: &FLT_IO_PARAMETER_BLOCK, flags: u32) -> bool {
    let create = iopb.MajorFunction == IRP_MJ_CREATE;
    let asked = create && parameters::create(iopb).Options & FILE_COMPLETE_IF_OPLOCKED != 0;
    asked || flags & OPLOCK_FLAG_COMPLETE_IF_OPLOCKED != 0
}

/// What an operation is to oplocks; paging I/O is none.
fn conflict_of(iopb: &FLT_IO_PARAMETER_BLOCK) -> Option<Conflict> {
    let paging = iopb.IrpFlags & IRP_PAGING_IO != 0;
    match iopb.MajorFunction {
        IRP_MJ_CREATE => {
            let create = parameters::create(iopb);
            Conflict::of_create(parameters::desired_access(iopb)?, create.Options >> 24)
        }
        IRP_MJ_READ if !paging => Some(Conflict::Read),
        IRP_MJ_WRITE if !paging => Some(Conflict::Write),
        IRP_MJ_LOCK_CONTROL => Some(Conflict::Write),
        IRP_MJ_SET_INFORMATION => {
            Conflict::of_class(parameters::set_file(iopb).FileInformationClass)
        }
        IRP_MJ_FILE_SYSTEM_CONTROL => {
            let code = parameters::fs_control(iopb).FsControlCode;
            (code == FSCTL_SET_ZERO_DATA).then_some(Conflict::Write)
        }
        _ => None,
    }
}

/// FltOplockIsSharedRequest.
pub fn is_shared(operation: &Operation) -> bool {
    let iopb = operation.iopb();
    if iopb.MajorFunction != IRP_MJ_FILE_SYSTEM_CONTROL {
        return false;
    }
    let control = parameters::fs_control(&iopb);
    let none = std::ptr::null_mut();
    let input = parameters::input(control.SystemBuffer, none, control.InputBufferLength);
    let output = control.OutputBufferLength as usize;
    input.is_ok_and(|input| request::is_shared(control.FsControlCode, input, output))
}
