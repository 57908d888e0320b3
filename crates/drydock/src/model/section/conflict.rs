//! PFLT_SECTION_CONFLICT_NOTIFICATION_CALLBACK — a filter that looks into a file is told what its section is in the way of.
#![allow(non_upper_case_globals)] // classes are spelt as the headers spell them
#![allow(unsafe_code)] // calls the driver's callbacks, and reads the parameters of one major function

use std::sync::Arc;
use std::sync::atomic::Ordering;

use minifilter_sys::{
    FLT_IO_PARAMETER_BLOCK, FSRTL_ADVANCED_FCB_HEADER, FileAllocationInformation,
    FileEndOfFileInformation, IRP_MJ_SET_INFORMATION, IRP_MJ_WRITE, NTSTATUS,
};

use crate::model::bounds::PASSIVE;
use crate::model::callback::{self, SectionConflict};
use crate::model::context::{self, Context, Kind, Target};
use crate::model::file_system::Request;
use crate::model::flt_volume::FltVolume;
use crate::model::instance::Instance;
use crate::model::operation::Operation;
use crate::model::thread::{self, Site};
use crate::volume::parameters;

/// Memory that others have mapped keeps a file from becoming shorter.
pub const STATUS_USER_MAPPED_FILE: NTSTATUS = 0xC000_0243_u32.cast_signed();
/// IRP_NOCACHE and IRP_PAGING_IO.
const NOCACHE: u32 = 0x1;
const PAGING_IO: u32 = 0x2;

/// What an operation does to the cached pages of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Conflict {
    /// Purges them, and goes on where it cannot.
    Purge,
    /// Cuts them off, which an open section forbids.
    Truncate,
}

/// Holds an operation up that conflicts with sections for data scans, until the filters that have them were told.
///
/// # Errors
/// STATUS_USER_MAPPED_FILE where a file is to become shorter and a section stays open.
pub fn settle(operation: &'static Operation, volume: &FltVolume) -> Result<(), NTSTATUS> {
    let iopb = operation.iopb();
    let conflict = match conflict_of(&iopb) {
        Some(conflict) if operation.request() == Request::Irp => conflict,
        _ => return Ok(()),
    };
    let mut open = false;
    for instance in volume.stack().iter() {
        if instance.scans_data.load(Ordering::Acquire) {
            open |= tell(instance, operation, &iopb);
        }
    }
    match conflict {
        Conflict::Truncate if open => Err(STATUS_USER_MAPPED_FILE),
        _ => Ok(()),
    }
}

fn conflict_of(iopb: &FLT_IO_PARAMETER_BLOCK) -> Option<Conflict> {
    match iopb.MajorFunction {
        IRP_MJ_WRITE if iopb.IrpFlags & (NOCACHE | PAGING_IO) == NOCACHE => Some(Conflict::Purge),
        IRP_MJ_SET_INFORMATION => new_end(iopb)
            .zip(size_of_file(iopb))
            .and_then(|(end, size)| (end < size).then_some(Conflict::Truncate)),
        _ => None,
    }
}

/// The end of file or allocation that an operation sets.
fn new_end(iopb: &FLT_IO_PARAMETER_BLOCK) -> Option<i64> {
    // SAFETY: the caller has seen that these are the parameters of IRP_MJ_SET_INFORMATION.
    let set = unsafe { iopb.Parameters.SetFileInformation };
    let sized = matches!(
        set.FileInformationClass,
        FileEndOfFileInformation | FileAllocationInformation
    );
    if !sized || set.InfoBuffer.is_null() || set.Length < 8 || parameters::advance_only(&set) {
        return None;
    }
    // SAFETY: the buffer has Length bytes, at least eight.
    Some(unsafe { set.InfoBuffer.cast::<i64>().read_unaligned() })
}

fn size_of_file(iopb: &FLT_IO_PARAMETER_BLOCK) -> Option<i64> {
    // SAFETY: the target of an operation is a file object that the I/O front end keeps until the operation ends.
    let file = unsafe { iopb.TargetFileObject.as_ref() }?;
    // SAFETY: FsContext of an open file is null or the header of its stream.
    let header = unsafe { file.FsContext.cast::<FSRTL_ADVANCED_FCB_HEADER>().as_ref() }?;
    // SAFETY: every bit pattern of the union is an integer.
    Some(unsafe { header.FileSize.QuadPart })
}

fn section(instance: &Arc<Instance>, iopb: &FLT_IO_PARAMETER_BLOCK) -> Option<Arc<Context>> {
    context::get(
        &Target::File(instance, iopb.TargetFileObject),
        Kind::Section,
    )
    .ok()
}

/// Tells one filter, if it has a section; true if it still has it afterwards.
fn tell(
    instance: &Arc<Instance>,
    operation: &'static Operation,
    iopb: &FLT_IO_PARAMETER_BLOCK,
) -> bool {
    let Some(open) = section(instance, iopb) else {
        return false;
    };
    let registered = instance
        .filter
        .registration
        .callbacks
        .SectionNotificationCallback;
    if let Some(registered) = registered.filter(|_| instance.operations.enter()) {
        // SAFETY: the member's type is PFLT_SECTION_CONFLICT_NOTIFICATION_CALLBACK, whose true convention this is.
        let code: SectionConflict = unsafe { callback::win64(registered) };
        let site = Site {
            name: "SectionNotification",
            code: code as usize,
        };
        thread::call_driver(site, PASSIVE, || {
            let (handle, context) = (instance.handle(), open.pointer());
            // SAFETY: the driver registered this code for exactly this call; context and data outlive it.
            unsafe { code(handle, context, operation.pointer()) }
        });
        instance.operations.exit();
    }
    context::release(open.pointer());
    let left = section(instance, iopb);
    left.is_some_and(|left| {
        context::release(left.pointer());
        true
    })
}
