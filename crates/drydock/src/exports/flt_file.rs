//! FltReadFile, FltQueryInformationFile and other requests that filters make themselves.
#![allow(unsafe_code)] // exported functions believe the driver's pointers, so they are unsafe to call

use std::ffi::c_void;

use minifilter_sys::{
    BOOLEAN, FILE_OBJECT, NTSTATUS, PFLT_INSTANCE, STATUS_FLT_DELETING_OBJECT,
    STATUS_NOT_IMPLEMENTED, STATUS_SUCCESS,
};

use super::flt_argument::{In, Out};
use crate::export;
use crate::exports::gate::Call;
use crate::model::flt_object;
use crate::model::own_io::{self, Transfer};
use crate::report;

/// The form with a completion callback, which is not modelled.
fn not_modelled() -> NTSTATUS {
    let name = format!("{} with a callback", Call::current().function());
    report::with(|report| {
        if !report.unimplemented.contains(&name) {
            report.unimplemented.push(name);
        }
    });
    STATUS_NOT_IMPLEMENTED
}

fn transferred(
    instance: PFLT_INSTANCE,
    transfer: &Transfer,
    run: fn(&std::sync::Arc<crate::model::instance::Instance>, &Transfer) -> own_io::End,
    done: Out<u32>,
) -> NTSTATUS {
    let Some(instance) = flt_object::instance(instance) else {
        return STATUS_FLT_DELETING_OBJECT;
    };
    let (status, bytes) = run(&instance, transfer);
    done.give(bytes as u32);
    status
}

export! { Dll::FltMgr;
    /// `FltReadFile` — reads below the instance.
    fn FltReadFile(instance: PFLT_INSTANCE, file: *mut FILE_OBJECT, offset: In<i64>, length: u32, buffer: *mut c_void, flags: u32, done: Out<u32>, callback: usize, _context: usize) -> NTSTATUS {
        if callback != 0 {
            return not_modelled();
        }
        transferred(instance, &Transfer { file, offset: offset.get(), length, buffer, flags }, own_io::read, done)
    }
    /// `FltWriteFile` — writes below the instance.
    fn FltWriteFile(instance: PFLT_INSTANCE, file: *mut FILE_OBJECT, offset: In<i64>, length: u32, buffer: *mut c_void, flags: u32, done: Out<u32>, callback: usize, _context: usize) -> NTSTATUS {
        if callback != 0 {
            return not_modelled();
        }
        transferred(instance, &Transfer { file, offset: offset.get(), length, buffer, flags }, own_io::write, done)
    }
    /// `FltQueryInformationFile` — asks about a file below the instance.
    fn FltQueryInformationFile(instance: PFLT_INSTANCE, file: *mut FILE_OBJECT, buffer: *mut c_void, length: u32, class: i32, returned: Out<u32>) -> NTSTATUS {
        let Some(instance) = flt_object::instance(instance) else { return STATUS_FLT_DELETING_OBJECT };
        let (status, bytes) = own_io::query(&instance, file, class, buffer, length);
        returned.give(bytes as u32);
        status
    }
    /// `FltSetInformationFile` — changes a file below the instance.
    fn FltSetInformationFile(instance: PFLT_INSTANCE, file: *mut FILE_OBJECT, buffer: *mut c_void, length: u32, class: i32) -> NTSTATUS {
        let Some(instance) = flt_object::instance(instance) else { return STATUS_FLT_DELETING_OBJECT };
        own_io::set(&instance, file, class, buffer, length).0
    }
    /// `FltFlushBuffers` — flushes a file below the instance.
    fn FltFlushBuffers(instance: PFLT_INSTANCE, file: *mut FILE_OBJECT) -> NTSTATUS {
        let Some(instance) = flt_object::instance(instance) else { return STATUS_FLT_DELETING_OBJECT };
        own_io::flush(&instance, file).0
    }
    /// `FltIsDirectory` — whether an open file is a directory.
    fn FltIsDirectory(file: *const FILE_OBJECT, instance: PFLT_INSTANCE, out: Out<BOOLEAN>) -> NTSTATUS {
        let Some(instance) = flt_object::instance(instance) else { return STATUS_FLT_DELETING_OBJECT };
        out.give(instance.volume.file_system.is_directory(file).into());
        STATUS_SUCCESS
    }
}
