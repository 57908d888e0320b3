//! FltReadFile, FltWriteFile, FltQueryInformationFile … — requests that a filter makes itself, seen only from below it.
#![allow(unsafe_code)] // fills unions of parameters

use std::ffi::c_void;
use std::sync::Arc;

use minifilter_sys::{
    FILE_OBJECT, FLT_IO_PARAMETER_BLOCK, FLT_PARAMETERS_QUERY_FILE_INFORMATION,
    FLT_PARAMETERS_READ, FLTFL_IO_OPERATION_DO_NOT_UPDATE_BYTE_OFFSET,
    FLTFL_IO_OPERATION_NON_CACHED, FLTFL_IO_OPERATION_PAGING,
    FLTFL_IO_OPERATION_SYNCHRONOUS_PAGING, IRP_MJ_FLUSH_BUFFERS, IRP_MJ_QUERY_INFORMATION,
    IRP_MJ_READ, IRP_MJ_SET_INFORMATION, IRP_MJ_WRITE, NTSTATUS, STATUS_INVALID_PARAMETER,
};

use super::file_system::Request;
use super::instance::Instance;
use super::operation::{self, Entry, Outcome, Requestor};

/// IRP_SYNCHRONOUS_API.
const SYNCHRONOUS: u32 = 0x4;
/// IRP_NOCACHE.
const NOCACHE: u32 = 0x1;
/// IRP_PAGING_IO.
const PAGING: u32 = 0x2;
/// IRP_SYNCHRONOUS_PAGING_IO.
const SYNCHRONOUS_PAGING: u32 = 0x40;

/// How a request ended: status and information.
pub type End = (NTSTATUS, usize);

/// Where a read or write goes.
pub struct Transfer {
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
}

fn block(major: u8, file: *mut FILE_OBJECT, flags: u32) -> FLT_IO_PARAMETER_BLOCK {
    // SAFETY: integers and pointers, for which zero is a value.
    let mut iopb: FLT_IO_PARAMETER_BLOCK = unsafe { std::mem::zeroed() };
    iopb.MajorFunction = major;
    iopb.TargetFileObject = file;
    iopb.IrpFlags = flags;
    iopb
}

fn send(instance: &Arc<Instance>, mut iopb: FLT_IO_PARAMETER_BLOCK) -> End {
    let volume = &instance.volume;
    let below = Entry::Below(instance);
    match operation::send_from(volume, below, Request::Irp, &mut iopb, Requestor::kernel()) {
        Outcome::Done(status) => (operation::status_of(&status), status.Information),
        Outcome::FastIoDisallowed => (STATUS_INVALID_PARAMETER, 0),
    }
}

/// FltQueryInformationFile.
pub fn query(
    instance: &Arc<Instance>,
    file: *mut FILE_OBJECT,
    class: i32,
    buffer: *mut c_void,
    length: u32,
) -> End {
    let mut iopb = block(IRP_MJ_QUERY_INFORMATION, file, SYNCHRONOUS);
    iopb.Parameters.QueryFileInformation = FLT_PARAMETERS_QUERY_FILE_INFORMATION {
        Length: length,
        _padding1: 0,
        FileInformationClass: class,
        _padding2: 0,
        InfoBuffer: buffer,
    };
    send(instance, iopb)
}

/// FltSetInformationFile.
pub fn set(
    instance: &Arc<Instance>,
    file: *mut FILE_OBJECT,
    class: i32,
    buffer: *mut c_void,
    length: u32,
) -> End {
    let mut iopb = block(IRP_MJ_SET_INFORMATION, file, SYNCHRONOUS);
    // SAFETY: the parameters are all zero, which is a value of this variant.
    let parameters = unsafe { &mut iopb.Parameters.SetFileInformation };
    parameters.Length = length;
    parameters.FileInformationClass = class;
    parameters.InfoBuffer = buffer;
    send(instance, iopb)
}

/// FltFlushBuffers.
pub fn flush(instance: &Arc<Instance>, file: *mut FILE_OBJECT) -> End {
    send(instance, block(IRP_MJ_FLUSH_BUFFERS, file, SYNCHRONOUS))
}

/// FltReadFile.
pub fn read(instance: &Arc<Instance>, transfer: &Transfer) -> End {
    self::transfer(instance, IRP_MJ_READ, transfer)
}

/// FltWriteFile.
pub fn write(instance: &Arc<Instance>, transfer: &Transfer) -> End {
    self::transfer(instance, IRP_MJ_WRITE, transfer)
}

fn transfer(instance: &Arc<Instance>, major: u8, transfer: &Transfer) -> End {
    let wants = |flag: u32, irp: u32| if transfer.flags & flag != 0 { irp } else { 0 };
    let flags = wants(FLTFL_IO_OPERATION_NON_CACHED, NOCACHE)
        | wants(FLTFL_IO_OPERATION_PAGING, PAGING | NOCACHE)
        | wants(
            FLTFL_IO_OPERATION_SYNCHRONOUS_PAGING,
            SYNCHRONOUS_PAGING | PAGING | NOCACHE,
        );
    // SAFETY: a file object that the driver names is one that the I/O front end made and has not freed.
    let file = unsafe { &mut (*transfer.file).CurrentByteOffset };
    // SAFETY: a LARGE_INTEGER is eight bytes of integer in every form.
    let position = unsafe { file.QuadPart };
    let offset = transfer.offset.unwrap_or(position);
    let mut iopb = block(major, transfer.file, SYNCHRONOUS | flags);
    // SAFETY: integers and pointers, for which zero is a value.
    let mut parameters: FLT_PARAMETERS_READ = unsafe { std::mem::zeroed() };
    parameters.Length = transfer.length;
    parameters.ByteOffset.QuadPart = offset;
    parameters.ReadBuffer = transfer.buffer;
    // Read and write have the same parameters at the same places.
    iopb.Parameters.Read = parameters;
    let (status, done) = send(instance, iopb);
    let keeps_position = FLTFL_IO_OPERATION_DO_NOT_UPDATE_BYTE_OFFSET | FLTFL_IO_OPERATION_PAGING;
    if status >= 0 && transfer.flags & keeps_position == 0 {
        file.QuadPart = offset + done as i64;
    }
    (status, done)
}
