//! Requests that a filter makes itself, seen only from below the instance it makes them for.
#![allow(unsafe_code)] // reads fields of file objects

pub mod completed;
pub mod control;
pub mod create;
pub mod data;
pub mod information;
pub mod perform;
pub mod tag;
pub mod transfer;

use std::sync::Arc;

use minifilter_sys::{
    FILE_OBJECT, FLT_IO_PARAMETER_BLOCK, FO_SYNCHRONOUS_IO, IRP_MJ_FLUSH_BUFFERS,
    IRP_SYNCHRONOUS_API, NTSTATUS, STATUS_INVALID_PARAMETER,
};

use super::file_system::Request;
use super::instance::Instance;
use super::operation::{self, Entry, Outcome, Requestor};
use crate::io::file_object::FileObject;

/// How a request ended: status and information.
pub type End = (NTSTATUS, usize);

/// A parameter block of a request about a file.
pub fn block(major: u8, file: *mut FILE_OBJECT, flags: u32) -> FLT_IO_PARAMETER_BLOCK {
    // SAFETY: integers and pointers, for which zero is a value.
    let mut iopb: FLT_IO_PARAMETER_BLOCK = unsafe { std::mem::zeroed() };
    iopb.MajorFunction = major;
    iopb.TargetFileObject = file;
    iopb.IrpFlags = flags;
    iopb
}

/// Sends a request below an instance and waits for its end.
pub fn send(instance: &Arc<Instance>, mut iopb: FLT_IO_PARAMETER_BLOCK) -> End {
    let volume = &instance.volume;
    let below = Entry::Below(instance);
    match operation::send_from(volume, below, Request::Irp, &mut iopb, Requestor::kernel()) {
        Outcome::Done(status) => (operation::status_of(&status), status.Information),
        Outcome::FastIoDisallowed => (STATUS_INVALID_PARAMETER, 0),
    }
}

/// FltFlushBuffers, FltFlushBuffers2 — `kind` is the minor function, FLUSH_FLAGS_* in its own words.
pub fn flush(instance: &Arc<Instance>, file: *mut FILE_OBJECT, kind: u8) -> End {
    let mut iopb = block(IRP_MJ_FLUSH_BUFFERS, file, IRP_SYNCHRONOUS_API);
    iopb.MinorFunction = kind;
    send(instance, iopb)
}

/// The file object a driver names.
fn file_object(file: *mut FILE_OBJECT) -> Option<FileObject> {
    // SAFETY: a file object that the driver names is one that the I/O front end made and has not freed; the result is
    // used during this call only.
    unsafe { FileObject::from_raw(file) }
}

fn is_synchronous(file: FileObject) -> bool {
    file.flags() & FO_SYNCHRONOUS_IO != 0
}
