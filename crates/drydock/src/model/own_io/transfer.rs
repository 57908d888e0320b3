//! FltReadFile, FltWriteFile and their Ex forms.
#![allow(unsafe_code)] // fills unions of parameters

use std::ffi::c_void;
use std::sync::Arc;

use minifilter_sys::{
    FILE_OBJECT, FLT_IO_PARAMETER_BLOCK, FLT_PARAMETERS_READ,
    FLTFL_IO_OPERATION_DO_NOT_UPDATE_BYTE_OFFSET, FLTFL_IO_OPERATION_NON_CACHED,
    FLTFL_IO_OPERATION_PAGING, FLTFL_IO_OPERATION_SYNCHRONOUS_PAGING, FO_NO_INTERMEDIATE_BUFFERING,
    FO_WRITE_THROUGH, IRP_MJ_READ, IRP_MJ_WRITE, IRP_NOCACHE, IRP_PAGING_IO, IRP_READ_OPERATION,
    IRP_SYNCHRONOUS_API, IRP_SYNCHRONOUS_PAGING_IO, IRP_WRITE_OPERATION, NTSTATUS, PMDL,
    SL_WRITE_THROUGH, STATUS_INVALID_PARAMETER,
};

use super::{End, block, file_object, is_synchronous, send};
use crate::io::file_object::FileObject;
use crate::model::instance::Instance;
use crate::model::operation::asynchronous::{self, Completion};
use crate::model::operation::status_of;

/// Which way a transfer goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// FltReadFile.
    Read,
    /// FltWriteFile.
    Write,
}

/// Where a read or write goes.
pub struct Transfer {
    /// Which way.
    pub direction: Direction,
    /// The file.
    pub file: *mut FILE_OBJECT,
    /// Byte offset; the file's current position where none is given.
    pub offset: Option<i64>,
    /// Bytes.
    pub length: u32,
    /// The driver's buffer.
    pub buffer: *mut c_void,
    /// FLTFL_IO_OPERATION_*.
    pub flags: u32,
    /// Key for byte-range locks.
    pub key: u32,
    /// MDL of the buffer, or null.
    pub mdl: PMDL,
}

/// The IRP_* flags of a transfer: paging I/O goes past the cache.
fn irp_flags(transfer: &Transfer, file: FileObject) -> u32 {
    let has = |flag: u32| transfer.flags & flag != 0;
    let kind = match transfer.direction {
        Direction::Read => IRP_READ_OPERATION,
        Direction::Write => IRP_WRITE_OPERATION,
    };
    let paging = if has(FLTFL_IO_OPERATION_PAGING) {
        IRP_PAGING_IO | IRP_NOCACHE
    } else {
        0
    };
    let synchronous = if has(FLTFL_IO_OPERATION_SYNCHRONOUS_PAGING) {
        IRP_SYNCHRONOUS_PAGING_IO
    } else {
        0
    };
    let unbuffered = file.flags() & FO_NO_INTERMEDIATE_BUFFERING != 0;
    let uncached = if has(FLTFL_IO_OPERATION_NON_CACHED) || unbuffered {
        IRP_NOCACHE
    } else {
        0
    };
    kind | paging | synchronous | uncached
}

fn parameters(transfer: &Transfer, file: FileObject, offset: i64) -> FLT_IO_PARAMETER_BLOCK {
    let major = match transfer.direction {
        Direction::Read => IRP_MJ_READ,
        Direction::Write => IRP_MJ_WRITE,
    };
    let mut iopb = block(major, transfer.file, irp_flags(transfer, file));
    if transfer.direction == Direction::Write && file.flags() & FO_WRITE_THROUGH != 0 {
        iopb.OperationFlags |= SL_WRITE_THROUGH;
    }
    // SAFETY: integers and pointers, for which zero is a value.
    let mut parameters: FLT_PARAMETERS_READ = unsafe { std::mem::zeroed() };
    parameters.Length = transfer.length;
    parameters.Key = transfer.key;
    parameters.ByteOffset.QuadPart = offset;
    parameters.ReadBuffer = transfer.buffer;
    parameters.MdlAddress = transfer.mdl;
    // Read and write have the same parameters at the same places.
    iopb.Parameters.Read = parameters;
    iopb
}

/// Whether the transfer moves the file's position: only where it started from there.
fn moves_position(transfer: &Transfer) -> bool {
    let keeps = FLTFL_IO_OPERATION_DO_NOT_UPDATE_BYTE_OFFSET | FLTFL_IO_OPERATION_PAGING;
    transfer.offset.is_none() && transfer.flags & keeps == 0
}

/// Where the transfer starts.
fn start(transfer: &Transfer, file: FileObject) -> Result<i64, NTSTATUS> {
    match transfer.offset {
        Some(offset) => Ok(offset),
        None if is_synchronous(file) => Ok(file.position()),
        None => Err(STATUS_INVALID_PARAMETER),
    }
}

/// Where the position is after a transfer: file systems move that of a synchronous file whoever asks, and the filter
/// manager moves it back for those who gave an offset.
fn settle(file: FileObject, before: i64, offset: i64, moves: bool, (status, done): End) {
    if !is_synchronous(file) {
        return;
    }
    file.set_position(match moves && status >= 0 {
        true => offset + done as i64,
        false => before,
    });
}

/// FltReadFile, FltWriteFile without a callback: waits for the end.
///
/// # Errors
/// STATUS_INVALID_PARAMETER without a file, and without an offset for a file that keeps no position.
pub fn wait(instance: &Arc<Instance>, transfer: &Transfer) -> Result<End, NTSTATUS> {
    let file = file_object(transfer.file).ok_or(STATUS_INVALID_PARAMETER)?;
    let offset = start(transfer, file)?;
    let mut iopb = parameters(transfer, file, offset);
    iopb.IrpFlags |= IRP_SYNCHRONOUS_API;
    let before = file.position();
    let (status, done) = send(instance, iopb);
    settle(
        file,
        before,
        offset,
        moves_position(transfer),
        (status, done),
    );
    Ok((status, done))
}

/// The same with a callback, which is called at the end in whatever thread that comes.
///
/// # Errors
/// As [`wait`].
pub fn start_async(
    instance: &Arc<Instance>,
    transfer: &Transfer,
    completion: Completion,
) -> Result<NTSTATUS, NTSTATUS> {
    let file = file_object(transfer.file).ok_or(STATUS_INVALID_PARAMETER)?;
    let offset = start(transfer, file)?;
    let iopb = parameters(transfer, file, offset);
    let (before, moves) = (file.position(), moves_position(transfer));
    let completion: Completion = Box::new(move |operation| {
        let block = operation.status();
        let end = (status_of(&block), block.Information);
        if let Some(file) = file_object(operation.iopb().TargetFileObject) {
            settle(file, before, offset, moves, end);
        }
        completion(operation);
    });
    Ok(asynchronous::send(instance, iopb, completion))
}
