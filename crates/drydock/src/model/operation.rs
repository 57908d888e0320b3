//! FLT_CALLBACK_DATA — one operation on its way through the instances of a volume, to the file system and back.
//!
//! One thread at a time drives an operation: the one that sent it, or the one that completes it after a filter pended
//! it. `flow` is where it stands; the callback data and its parameter block are touched only by the driving thread and
//! by the driver inside a callback, except for the copy that draining makes.

pub mod asynchronous;
mod below;
pub mod buffer;
mod buffer_guard;
pub mod cancel;
mod cancel_open;
mod change;
mod data;
pub mod drain;
mod flow;
pub mod intervention;
pub mod levels;
pub mod major;
mod obligations;
mod pend;
#[cfg(test)]
mod pend_tests;
mod post;
mod pre;
pub mod requestor;
mod safe;
pub mod statistics;
mod status_callback;
pub mod swap;
pub mod tag_data;
#[cfg(test)]
mod tests;
mod watch;

use std::sync::Arc;

use minifilter_sys::{
    FLT_IO_PARAMETER_BLOCK, IO_STATUS_BLOCK, IRP_MJ_CREATE, IRP_MJ_SET_INFORMATION,
    STATUS_FLT_DISALLOW_FAST_IO,
};

pub use below::Kept;
pub use cancel_open::cancel_open;
pub use data::{Operation, carries_list, find};
pub use flow::Phase;
pub use pend::{complete_post, complete_pre, report_late};
pub use pre::status_block as pre_status_block;
pub use requestor::Requestor;
pub use safe::{SafePost, do_completion_when_safe};

use super::file_system::Request;
use super::flt_volume::FltVolume;
use super::instance::Instance;
use super::{ecp, name};
use crate::io::file_object;

/// How an operation ended.
#[derive(Clone, Copy)]
pub enum Outcome {
    /// With this status.
    Done(IO_STATUS_BLOCK),
    /// A filter or the file system wants it again as an IRP, or a query open as open, query and close.
    FastIoDisallowed,
}

/// Where an operation enters the stack.
#[derive(Clone, Copy)]
pub enum Entry<'a> {
    /// Above every instance: requests of programs.
    Top,
    /// Below this instance: requests a filter makes itself.
    Below(&'a Arc<Instance>),
}

/// Sends an operation through every instance of a volume and waits for its end.
pub fn send(
    volume: &Arc<FltVolume>,
    request: Request,
    iopb: &mut FLT_IO_PARAMETER_BLOCK,
    requestor: Requestor,
) -> Outcome {
    send_from(volume, Entry::Top, request, iopb, requestor)
}

/// What an operation brings along that is no parameter.
#[derive(Clone, Copy, Default)]
pub struct Extras {
    /// PECP_LIST of a create, or 0.
    pub ecp_list: usize,
    /// Address of the reparse point that a create has met, or 0.
    pub tag_data: usize,
    /// FltReissueSynchronousIo sends it once more.
    pub reissued: bool,
}

impl Extras {
    /// The operation is over for good: a list that a filter attached on the way goes with it.
    pub fn free(self) {
        if self.ecp_list != 0 {
            ecp::free_list(self.ecp_list);
        }
        tag_data::free(self.tag_data);
    }
}

/// Sends an operation from a place in the stack and waits for its end.
pub fn send_from(
    volume: &Arc<FltVolume>,
    entry: Entry<'_>,
    request: Request,
    iopb: &mut FLT_IO_PARAMETER_BLOCK,
    requestor: Requestor,
) -> Outcome {
    let mut extras = Extras::default();
    let outcome = send_with(volume, entry, request, iopb, requestor, &mut extras);
    extras.free();
    outcome
}

/// The same for an operation that brings something along; gives back what it has at its end.
pub fn send_with(
    volume: &Arc<FltVolume>,
    entry: Entry<'_>,
    request: Request,
    iopb: &mut FLT_IO_PARAMETER_BLOCK,
    requestor: Requestor,
    extras: &mut Extras,
) -> Outcome {
    let named = name_before(volume, iopb, request);
    let watched = watch::begin(volume, iopb);
    let operation = begin(volume, entry, request, iopb, requestor, *extras);
    let asked = matches!(entry, Entry::Top) && name::above::asks_before(operation);
    operation.run();
    if asked {
        name::above::asks_after(operation);
    }
    *extras = operation.extras();
    let status = operation.status();
    *iopb = operation.iopb();
    operation.end();
    if let Some(watched) = watched {
        watched.end(iopb.MajorFunction, request, &status);
    }
    note_name(volume, iopb, request, named);
    note(iopb, request);
    intervention::note_own_change(iopb.MajorFunction, iopb.IrpFlags, &status);
    match request {
        Request::Irp => Outcome::Done(status),
        // STATUS_FLT_DISALLOW_FSFILTER_IO is the same number.
        _ if status_of(&status) == STATUS_FLT_DISALLOW_FAST_IO => Outcome::FastIoDisallowed,
        _ => Outcome::Done(status),
    }
}

fn begin(
    volume: &Arc<FltVolume>,
    entry: Entry<'_>,
    request: Request,
    iopb: &FLT_IO_PARAMETER_BLOCK,
    requestor: Requestor,
    extras: Extras,
) -> &'static Operation {
    let stack = volume.stack();
    let first = first_instance(&stack, entry, iopb);
    let operation = Operation::begin(volume, stack, first, request, *iopb, requestor);
    operation.set_extras(extras);
    if matches!(entry, Entry::Below(_)) {
        operation.mark_generated();
    }
    operation
}

/// Index of the highest instance that hears of an operation.
fn first_instance(
    stack: &[Arc<Instance>],
    entry: Entry<'_>,
    iopb: &FLT_IO_PARAMETER_BLOCK,
) -> usize {
    let below = |instance: &Arc<Instance>| {
        stack.partition_point(|other| other.altitude >= instance.altitude)
    };
    let entered = match entry {
        Entry::Top => 0,
        Entry::Below(instance) => below(instance),
    };
    match file_object::below(iopb.TargetFileObject as usize) {
        Some(target) => entered.max(below(&target)),
        None => entered,
    }
}

/// The name an operation is about, for the report, as long as it still wants names.
fn name_before(
    volume: &FltVolume,
    iopb: &FLT_IO_PARAMETER_BLOCK,
    request: Request,
) -> Option<String> {
    let wanted =
        statistics::wants_name(iopb.MajorFunction, request) && iopb.MajorFunction != IRP_MJ_CREATE;
    wanted
        .then(|| volume.file_system.name(iopb.TargetFileObject))
        .flatten()
}

fn note_name(
    volume: &FltVolume,
    iopb: &FLT_IO_PARAMETER_BLOCK,
    request: Request,
    name: Option<String>,
) {
    let opened =
        iopb.MajorFunction == IRP_MJ_CREATE && statistics::wants_name(iopb.MajorFunction, request);
    let name = if opened {
        volume.file_system.name(iopb.TargetFileObject)
    } else {
        name
    };
    if let Some(name) = name {
        statistics::note_name(iopb.MajorFunction, name);
    }
}

/// What is noted about every operation that has ended.
fn note(iopb: &FLT_IO_PARAMETER_BLOCK, request: Request) {
    if iopb.MajorFunction == IRP_MJ_SET_INFORMATION && changes_names(iopb) {
        name::names_changed();
    }
    statistics::count(iopb.MajorFunction, request);
}

/// Renames and links, in each of their forms.
#[allow(unsafe_code)] // reads the parameters of one major function
fn changes_names(iopb: &FLT_IO_PARAMETER_BLOCK) -> bool {
    /// FileRenameInformation, FileLinkInformation, FileShortNameInformation and the newer forms of the first two.
    const CLASSES: [i32; 7] = [10, 11, 40, 56, 57, 65, 72];
    // SAFETY: these are the parameters of IRP_MJ_SET_INFORMATION, which the caller has checked.
    let parameters = unsafe { iopb.Parameters.SetFileInformation };
    CLASSES.contains(&parameters.FileInformationClass)
}

/// FltIsOperationSynchronous — whether the sender waits.
#[allow(unsafe_code)] // reads the file object
pub fn is_synchronous(operation: &Operation) -> bool {
    /// IRP_SYNCHRONOUS_API and IRP_SYNCHRONOUS_PAGING_IO.
    const SYNCHRONOUS_IRP: u32 = 0x44;
    /// FO_SYNCHRONOUS_IO.
    const SYNCHRONOUS_FILE: u32 = 0x2;
    /// IRP_PAGING_IO.
    const PAGING: u32 = 0x2;
    let iopb = operation.iopb();
    if operation.request() != Request::Irp || iopb.IrpFlags & SYNCHRONOUS_IRP != 0 {
        return true;
    }
    // Reads and writes, and what a file system may keep for long: directory and file system controls.
    let lasting = matches!(iopb.MajorFunction, 3 | 4 | 12 | 13);
    let file = iopb.TargetFileObject;
    if !lasting || file.is_null() {
        return true;
    }
    // SAFETY: the target of an operation is a file object that the I/O front end keeps until the operation ends.
    let flags = unsafe { (*file).Flags };
    flags & SYNCHRONOUS_FILE != 0 && iopb.IrpFlags & PAGING == 0
}

/// The NTSTATUS of a status block.
#[allow(unsafe_code)] // the status shares its place with a pointer
pub fn status_of(block: &IO_STATUS_BLOCK) -> i32 {
    // SAFETY: every bit pattern of the union's first four bytes is an NTSTATUS.
    unsafe { block.Anonymous.Status }
}
