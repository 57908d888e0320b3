//! FltQueryInformationFile and other requests about files that filters make themselves.
#![allow(unsafe_code)] // exported functions believe the driver's pointers, so they are unsafe to call

use std::ffi::c_void;
use std::sync::Arc;

use minifilter_sys::*;

use super::flt_argument::{In, Out};
use crate::export;
use crate::model::flt_object;
use crate::model::instance::Instance;
use crate::model::operation;
use crate::model::own_io::information::{self, Buffer};
use crate::model::own_io::{self, End, control};

/// The bits of a query that FltQueryDirectoryFileEx takes.
const QUERY_FLAGS: u32 = (SL_RESTART_SCAN
    | SL_RETURN_SINGLE_ENTRY
    | SL_INDEX_SPECIFIED
    | SL_RETURN_ON_DISK_ENTRIES_ONLY
    | SL_NO_CURSOR_UPDATE) as u32;

fn buffer(address: *mut c_void, length: u32) -> Buffer {
    Buffer { address, length }
}

fn flag(set: BOOLEAN, flag: u8) -> u8 {
    if set != 0 { flag } else { 0 }
}

/// Sends a request for an instance, and gives back how much came.
fn request(
    instance: PFLT_INSTANCE,
    returned: Out<u32>,
    send: impl FnOnce(&Arc<Instance>) -> End,
) -> NTSTATUS {
    let Some(instance) = flt_object::instance(instance) else {
        return STATUS_FLT_DELETING_OBJECT;
    };
    let (status, bytes) = send(&instance);
    returned.give(bytes as u32);
    status
}

fn query_directory(
    instance: PFLT_INSTANCE,
    file: *mut FILE_OBJECT,
    class: i32,
    flags: u8,
    pattern: PUNICODE_STRING,
    into: Buffer,
    returned: Out<u32>,
) -> NTSTATUS {
    request(instance, returned, |instance| {
        information::query_directory(instance, file, class, flags, pattern, into)
    })
}

export! { Dll::FltMgr;
    /// `FltQueryInformationFile` — asks about a file below the instance.
    fn FltQueryInformationFile(instance: PFLT_INSTANCE, file: *mut FILE_OBJECT, address: *mut c_void, length: u32, class: i32, returned: Out<u32>) -> NTSTATUS {
        request(instance, returned, |instance| information::query(instance, file, class, buffer(address, length)))
    }
    /// `FltSetInformationFile` — changes a file below the instance.
    fn FltSetInformationFile(instance: PFLT_INSTANCE, file: *mut FILE_OBJECT, address: *mut c_void, length: u32, class: i32) -> NTSTATUS {
        request(instance, Out::unwanted(), |instance| information::set(instance, file, class, buffer(address, length)))
    }
    /// `FltQueryVolumeInformationFile` — asks about the volume that a file is on.
    fn FltQueryVolumeInformationFile(instance: PFLT_INSTANCE, file: *mut FILE_OBJECT, address: *mut c_void, length: u32, class: i32, returned: Out<u32>) -> NTSTATUS {
        request(instance, returned, |instance| information::query_volume(instance, file, class, buffer(address, length)))
    }
    /// `FltQueryVolumeInformation` — asks about the volume of the instance.
    fn FltQueryVolumeInformation(instance: PFLT_INSTANCE, block: Out<IO_STATUS_BLOCK>, address: *mut c_void, length: u32, class: i32) -> NTSTATUS {
        let Some(instance) = flt_object::instance(instance) else { return STATUS_FLT_DELETING_OBJECT };
        let (status, bytes) = information::query_own_volume(&instance, class, buffer(address, length));
        block.give(operation::pre_status_block(status, bytes));
        status
    }
    /// `FltSetVolumeInformation` — changes the volume of the instance.
    fn FltSetVolumeInformation(instance: PFLT_INSTANCE, block: Out<IO_STATUS_BLOCK>, address: *mut c_void, length: u32, class: i32) -> NTSTATUS {
        let Some(instance) = flt_object::instance(instance) else { return STATUS_FLT_DELETING_OBJECT };
        let (status, bytes) = information::set_own_volume(&instance, class, buffer(address, length));
        block.give(operation::pre_status_block(status, bytes));
        status
    }
    /// `FltQueryQuotaInformationFile` — the quotas of the volume that a file is on.
    fn FltQueryQuotaInformationFile(instance: PFLT_INSTANCE, file: *mut FILE_OBJECT, block: Out<IO_STATUS_BLOCK>, address: *mut c_void, length: u32, single: BOOLEAN, list: *mut c_void, list_length: u32, start: *mut c_void, restart: BOOLEAN, returned: Out<u32>) -> NTSTATUS {
        let flags = flag(single, SL_RETURN_SINGLE_ENTRY) | flag(restart, SL_RESTART_SCAN);
        let list = buffer(list, list_length);
        request(instance, returned, |instance| {
            let end = information::query_quota(instance, file, flags, list, start, buffer(address, length));
            block.give(operation::pre_status_block(end.0, end.1));
            end
        })
    }
    /// `FltSetQuotaInformationFile` — changes them.
    fn FltSetQuotaInformationFile(instance: PFLT_INSTANCE, file: *mut FILE_OBJECT, address: *mut c_void, length: u32) -> NTSTATUS {
        request(instance, Out::unwanted(), |instance| information::set_quota(instance, file, buffer(address, length)))
    }
    /// `FltQueryDirectoryFile` — lists a directory below the instance.
    fn FltQueryDirectoryFile(instance: PFLT_INSTANCE, file: *mut FILE_OBJECT, address: *mut c_void, length: u32, class: i32, single: BOOLEAN, pattern: PUNICODE_STRING, restart: BOOLEAN, returned: Out<u32>) -> NTSTATUS {
        let flags = flag(single, SL_RETURN_SINGLE_ENTRY) | flag(restart, SL_RESTART_SCAN);
        query_directory(instance, file, class, flags, pattern, buffer(address, length), returned)
    }
    /// `FltQueryDirectoryFileEx` — the same with SL_* flags.
    fn FltQueryDirectoryFileEx(instance: PFLT_INSTANCE, file: *mut FILE_OBJECT, address: *mut c_void, length: u32, class: i32, flags: u32, pattern: PUNICODE_STRING, returned: Out<u32>) -> NTSTATUS {
        if flags & !QUERY_FLAGS != 0 {
            return STATUS_INVALID_PARAMETER;
        }
        query_directory(instance, file, class, flags as u8, pattern, buffer(address, length), returned)
    }
    /// `FltQueryEaFile` — the extended attributes of a file below the instance.
    fn FltQueryEaFile(instance: PFLT_INSTANCE, file: *mut FILE_OBJECT, address: *mut c_void, length: u32, single: BOOLEAN, list: *mut c_void, list_length: u32, index: In<u32>, restart: BOOLEAN, returned: Out<u32>) -> NTSTATUS {
        let flags = flag(single, SL_RETURN_SINGLE_ENTRY) | flag(restart, SL_RESTART_SCAN);
        let list = buffer(list, if list.is_null() { 0 } else { list_length });
        request(instance, returned, |instance| information::query_ea(instance, file, flags, list, index.get(), buffer(address, length)))
    }
    /// `FltSetEaFile` — changes the extended attributes of a file below the instance.
    fn FltSetEaFile(instance: PFLT_INSTANCE, file: *mut FILE_OBJECT, address: *mut c_void, length: u32) -> NTSTATUS {
        request(instance, Out::unwanted(), |instance| information::set_ea(instance, file, buffer(address, length)))
    }
    /// `FltQuerySecurityObject` — the security descriptor of a file below the instance.
    fn FltQuerySecurityObject(instance: PFLT_INSTANCE, file: *mut FILE_OBJECT, parts: u32, descriptor: *mut c_void, length: u32, needed: Out<u32>) -> NTSTATUS {
        request(instance, needed, |instance| information::query_security(instance, file, parts, buffer(descriptor, length)))
    }
    /// `FltSetSecurityObject` — changes the security descriptor of a file below the instance.
    fn FltSetSecurityObject(instance: PFLT_INSTANCE, file: *mut FILE_OBJECT, parts: u32, descriptor: *mut c_void) -> NTSTATUS {
        request(instance, Out::unwanted(), |instance| information::set_security(instance, file, parts, descriptor.cast()))
    }
    /// `FltFlushBuffers` — flushes a file below the instance.
    fn FltFlushBuffers(instance: PFLT_INSTANCE, file: *mut FILE_OBJECT) -> NTSTATUS {
        request(instance, Out::unwanted(), |instance| own_io::flush(instance, file, 0))
    }
    /// `FltFlushBuffers2` — flushes a file below the instance in one of several ways.
    fn FltFlushBuffers2(instance: PFLT_INSTANCE, file: *mut FILE_OBJECT, kind: u32, _data: PFLT_CALLBACK_DATA) -> NTSTATUS {
        let kind = match kind {
            0 => 0,
            FLT_FLUSH_TYPE_FLUSH_AND_PURGE => IRP_MN_FLUSH_AND_PURGE,
            FLT_FLUSH_TYPE_FILE_DATA_ONLY => IRP_MN_FLUSH_DATA_ONLY,
            FLT_FLUSH_TYPE_NO_SYNC => IRP_MN_FLUSH_NO_SYNC,
            FLT_FLUSH_TYPE_DATA_SYNC_ONLY => IRP_MN_FLUSH_DATA_SYNC_ONLY,
            _ => return STATUS_INVALID_PARAMETER,
        };
        request(instance, Out::unwanted(), |instance| own_io::flush(instance, file, kind))
    }
    /// `FltFsControlFile` — sends a file system control below the instance.
    fn FltFsControlFile(instance: PFLT_INSTANCE, file: *mut FILE_OBJECT, code: u32, input: *mut c_void, input_length: u32, output: *mut c_void, output_length: u32, returned: Out<u32>) -> NTSTATUS {
        request(instance, returned, |instance| control::control(instance, IRP_MJ_FILE_SYSTEM_CONTROL, file, code, buffer(input, input_length), buffer(output, output_length)))
    }
    /// `FltDeviceIoControlFile` — sends a device control below the instance.
    fn FltDeviceIoControlFile(instance: PFLT_INSTANCE, file: *mut FILE_OBJECT, code: u32, input: *mut c_void, input_length: u32, output: *mut c_void, output_length: u32, returned: Out<u32>) -> NTSTATUS {
        request(instance, returned, |instance| control::control(instance, IRP_MJ_DEVICE_CONTROL, file, code, buffer(input, input_length), buffer(output, output_length)))
    }
    /// `FltIsDirectory` — whether an open file is a directory.
    fn FltIsDirectory(file: *const FILE_OBJECT, instance: PFLT_INSTANCE, out: Out<BOOLEAN>) -> NTSTATUS {
        let Some(instance) = flt_object::instance(instance) else { return STATUS_FLT_DELETING_OBJECT };
        out.give(instance.volume.file_system.is_directory(file).into());
        STATUS_SUCCESS
    }
}

#[cfg(test)]
mod tests;
