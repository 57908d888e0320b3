//! FltQueryInformationFile and other requests that ask about a file or change what is known about it.
#![allow(unsafe_code)] // fills unions of parameters
#![allow(non_upper_case_globals)] // classes are spelt as the headers spell them

use std::ffi::c_void;
use std::sync::Arc;

use minifilter_sys::*;

use super::create::is_network;
use super::{End, block, send};
use crate::io::open::Opener;
use crate::io::{self, CreateOptions};
use crate::model::instance::Instance;
use crate::model::operation::{Entry, Requestor};

/// The driver's buffer and its length in bytes.
#[derive(Clone, Copy)]
pub struct Buffer {
    /// Address.
    pub address: *mut c_void,
    /// Bytes.
    pub length: u32,
}

fn synchronous(major: u8, file: *mut FILE_OBJECT) -> FLT_IO_PARAMETER_BLOCK {
    block(major, file, IRP_SYNCHRONOUS_API)
}

/// FltQueryInformationFile.
pub fn query(instance: &Arc<Instance>, file: *mut FILE_OBJECT, class: i32, buffer: Buffer) -> End {
    let mut iopb = synchronous(IRP_MJ_QUERY_INFORMATION, file);
    iopb.Parameters.QueryFileInformation = FLT_PARAMETERS_QUERY_FILE_INFORMATION {
        Length: buffer.length,
        _padding1: 0,
        FileInformationClass: class,
        _padding2: 0,
        InfoBuffer: buffer.address,
    };
    send(instance, iopb)
}

/// FltSetInformationFile.
pub fn set(instance: &Arc<Instance>, file: *mut FILE_OBJECT, class: i32, buffer: Buffer) -> End {
    let mut iopb = synchronous(IRP_MJ_SET_INFORMATION, file);
    // SAFETY: the parameters are all zero, which is a value of this variant.
    let parameters = unsafe { &mut iopb.Parameters.SetFileInformation };
    parameters.Length = buffer.length;
    parameters.FileInformationClass = class;
    parameters.InfoBuffer = buffer.address;
    send(instance, iopb)
}

/// FltQueryVolumeInformationFile.
pub fn query_volume(
    instance: &Arc<Instance>,
    file: *mut FILE_OBJECT,
    class: i32,
    buffer: Buffer,
) -> End {
    let mut iopb = synchronous(IRP_MJ_QUERY_VOLUME_INFORMATION, file);
    iopb.Parameters.QueryVolumeInformation = FLT_PARAMETERS_VOLUME_INFORMATION {
        Length: buffer.length,
        _padding1: 0,
        FsInformationClass: class,
        _padding2: 0,
        VolumeBuffer: buffer.address,
    };
    send(instance, iopb)
}

/// FltQueryVolumeInformation — the same without a file: the volume is opened for it, below the instance.
pub fn query_own_volume(instance: &Arc<Instance>, class: i32, buffer: Buffer) -> End {
    with_volume(instance, FILE_READ_ATTRIBUTES, |file| {
        query_volume(instance, file, class, buffer)
    })
}

/// FltSetVolumeInformation — what the file system says to it, but for a class that nobody may set.
pub fn set_own_volume(instance: &Arc<Instance>, class: i32, buffer: Buffer) -> End {
    let least = match class {
        FileFsLabelInformation => size_of::<FILE_FS_LABEL_INFORMATION>(),
        FileFsControlInformation => size_of::<FILE_FS_CONTROL_INFORMATION>(),
        FileFsObjectIdInformation => size_of::<FILE_FS_OBJECTID_INFORMATION>(),
        _ => return (STATUS_INVALID_INFO_CLASS, 0),
    };
    if (buffer.length as usize) < least {
        return (STATUS_INFO_LENGTH_MISMATCH, 0);
    }
    with_volume(instance, FILE_WRITE_DATA, |file| {
        let mut iopb = synchronous(IRP_MJ_SET_VOLUME_INFORMATION, file);
        iopb.Parameters.SetVolumeInformation = FLT_PARAMETERS_VOLUME_INFORMATION {
            Length: buffer.length,
            _padding1: 0,
            FsInformationClass: class,
            _padding2: 0,
            VolumeBuffer: buffer.address,
        };
        send(instance, iopb)
    })
}

/// Opens the volume below the instance for one request.
fn with_volume(
    instance: &Arc<Instance>,
    access: u32,
    ask: impl FnOnce(*mut FILE_OBJECT) -> End,
) -> End {
    if is_network(&instance.volume) {
        return (STATUS_INVALID_PARAMETER, 0);
    }
    let opener = Opener::new(
        &instance.volume,
        Entry::Below(instance),
        Requestor::kernel(),
    );
    let options = CreateOptions::default().access(access | SYNCHRONIZE);
    let opened = match opener.open(&[], std::ptr::null_mut(), options) {
        Ok(opened) => opened.file,
        Err(status) => return (status, 0),
    };
    let end = ask(opened.as_ptr());
    io::clean_up(opened);
    io::drop_reference(opened);
    end
}

/// FltQueryQuotaInformationFile.
pub fn query_quota(
    instance: &Arc<Instance>,
    file: *mut FILE_OBJECT,
    flags: u8,
    list: Buffer,
    start: PSID,
    buffer: Buffer,
) -> End {
    let mut iopb = synchronous(IRP_MJ_QUERY_QUOTA, file);
    iopb.OperationFlags = flags;
    iopb.Parameters.QueryQuota = FLT_PARAMETERS_QUERY_QUOTA {
        Length: buffer.length,
        StartSid: start,
        SidList: list.address.cast(),
        SidListLength: list.length,
        QuotaBuffer: buffer.address,
        MdlAddress: std::ptr::null_mut(),
    };
    send(instance, iopb)
}

/// FltSetQuotaInformationFile.
pub fn set_quota(instance: &Arc<Instance>, file: *mut FILE_OBJECT, buffer: Buffer) -> End {
    let mut iopb = synchronous(IRP_MJ_SET_QUOTA, file);
    iopb.Parameters.SetQuota = FLT_PARAMETERS_SET_QUOTA {
        Length: buffer.length,
        QuotaBuffer: buffer.address,
        MdlAddress: std::ptr::null_mut(),
    };
    send(instance, iopb)
}

/// FltQueryDirectoryFile — `flags` are SL_RESTART_SCAN and SL_RETURN_SINGLE_ENTRY.
pub fn query_directory(
    instance: &Arc<Instance>,
    file: *mut FILE_OBJECT,
    class: i32,
    flags: u8,
    pattern: PUNICODE_STRING,
    buffer: Buffer,
) -> End {
    let mut iopb = synchronous(IRP_MJ_DIRECTORY_CONTROL, file);
    iopb.MinorFunction = IRP_MN_QUERY_DIRECTORY;
    iopb.OperationFlags = flags;
    // SAFETY: integers and pointers, for which zero is a value.
    let mut query: FLT_PARAMETERS_QUERY_DIRECTORY = unsafe { std::mem::zeroed() };
    query.Length = buffer.length;
    query.FileInformationClass = class;
    query.FileName = pattern;
    query.DirectoryBuffer = buffer.address;
    iopb.Parameters.DirectoryControl = FLT_PARAMETERS_DIRECTORY_CONTROL {
        QueryDirectory: query,
    };
    send(instance, iopb)
}

/// FltQueryEaFile — `index` counts from one.
pub fn query_ea(
    instance: &Arc<Instance>,
    file: *mut FILE_OBJECT,
    flags: u8,
    list: Buffer,
    index: Option<u32>,
    buffer: Buffer,
) -> End {
    let mut iopb = synchronous(IRP_MJ_QUERY_EA, file);
    iopb.OperationFlags = flags
        | if index.is_some() {
            SL_INDEX_SPECIFIED
        } else {
            0
        };
    iopb.Parameters.QueryEa = FLT_PARAMETERS_QUERY_EA {
        Length: buffer.length,
        EaList: list.address,
        EaListLength: list.length,
        _padding: 0,
        EaIndex: index.unwrap_or(0),
        EaBuffer: buffer.address,
        MdlAddress: std::ptr::null_mut(),
    };
    send(instance, iopb)
}

/// FltSetEaFile.
pub fn set_ea(instance: &Arc<Instance>, file: *mut FILE_OBJECT, buffer: Buffer) -> End {
    let mut iopb = synchronous(IRP_MJ_SET_EA, file);
    iopb.Parameters.SetEa = FLT_PARAMETERS_SET_EA {
        Length: buffer.length,
        EaBuffer: buffer.address,
        MdlAddress: std::ptr::null_mut(),
    };
    send(instance, iopb)
}

/// FltQuerySecurityObject.
pub fn query_security(
    instance: &Arc<Instance>,
    file: *mut FILE_OBJECT,
    parts: u32,
    buffer: Buffer,
) -> End {
    let mut iopb = synchronous(IRP_MJ_QUERY_SECURITY, file);
    iopb.Parameters.QuerySecurity = FLT_PARAMETERS_QUERY_SECURITY {
        SecurityInformation: parts,
        _padding1: 0,
        Length: buffer.length,
        _padding2: 0,
        SecurityBuffer: buffer.address,
        MdlAddress: std::ptr::null_mut(),
    };
    send(instance, iopb)
}

/// FltSetSecurityObject.
pub fn set_security(
    instance: &Arc<Instance>,
    file: *mut FILE_OBJECT,
    parts: u32,
    descriptor: PSECURITY_DESCRIPTOR,
) -> End {
    let mut iopb = synchronous(IRP_MJ_SET_SECURITY, file);
    iopb.Parameters.SetSecurity = FLT_PARAMETERS_SET_SECURITY {
        SecurityInformation: parts,
        SecurityDescriptor: descriptor,
    };
    send(instance, iopb)
}
