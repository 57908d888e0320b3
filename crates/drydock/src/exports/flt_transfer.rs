//! FltReadFile, FltWriteFile and their Ex forms.
#![allow(unsafe_code)] // exported functions believe the driver's pointers, so they are unsafe to call

use std::ffi::c_void;

use minifilter_sys::{
    FILE_OBJECT, FLTFL_IO_OPERATION_PAGING, NTSTATUS, PFLT_INSTANCE, PMDL,
    STATUS_FLT_DELETING_OBJECT,
};

use super::flt_argument::{In, Out};
use crate::export;
use crate::model::bounds::{APC, PASSIVE};
use crate::model::callback::CompletedAsyncIo;
use crate::model::own_io::completed;
use crate::model::own_io::transfer::{self, Direction, Transfer};
use crate::model::{flt_object, thread};

/// Carries a transfer out, with a callback or without.
fn run(
    instance: PFLT_INSTANCE,
    transfer: &Transfer,
    done: Out<u32>,
    callback: Option<CompletedAsyncIo>,
    context: *mut c_void,
) -> NTSTATUS {
    let paging = transfer.flags & FLTFL_IO_OPERATION_PAGING != 0;
    thread::require_irql(if paging { APC } else { PASSIVE });
    let Some(instance) = flt_object::instance(instance) else {
        return STATUS_FLT_DELETING_OBJECT;
    };
    let Some(callback) = callback else {
        return match transfer::wait(&instance, transfer) {
            Ok((status, bytes)) => {
                done.give(bytes as u32);
                status
            }
            Err(status) => status,
        };
    };
    let completion = completed::of_operation(callback, context);
    transfer::start_async(&instance, transfer, completion).unwrap_or_else(|status| status)
}

export! { Dll::FltMgr;
    /// `FltReadFile` — reads below the instance.
    fn FltReadFile(instance: PFLT_INSTANCE, file: *mut FILE_OBJECT, offset: In<i64>, length: u32, buffer: *mut c_void, flags: u32, done: Out<u32>, callback: Option<CompletedAsyncIo>, context: *mut c_void) -> NTSTATUS {
        let transfer = Transfer { direction: Direction::Read, file, offset: offset.get(), length, buffer, flags, key: 0, mdl: std::ptr::null_mut() };
        run(instance, &transfer, done, callback, context)
    }
    /// `FltReadFileEx` — the same with a lock key and an MDL of the buffer.
    fn FltReadFileEx(instance: PFLT_INSTANCE, file: *mut FILE_OBJECT, offset: In<i64>, length: u32, buffer: *mut c_void, flags: u32, done: Out<u32>, callback: Option<CompletedAsyncIo>, context: *mut c_void, key: In<u32>, mdl: PMDL) -> NTSTATUS {
        let transfer = Transfer { direction: Direction::Read, file, offset: offset.get(), length, buffer, flags, key: key.get().unwrap_or(0), mdl };
        run(instance, &transfer, done, callback, context)
    }
    /// `FltWriteFile` — writes below the instance.
    fn FltWriteFile(instance: PFLT_INSTANCE, file: *mut FILE_OBJECT, offset: In<i64>, length: u32, buffer: *mut c_void, flags: u32, done: Out<u32>, callback: Option<CompletedAsyncIo>, context: *mut c_void) -> NTSTATUS {
        let transfer = Transfer { direction: Direction::Write, file, offset: offset.get(), length, buffer, flags, key: 0, mdl: std::ptr::null_mut() };
        run(instance, &transfer, done, callback, context)
    }
    /// `FltWriteFileEx` — the same with a lock key and an MDL of the buffer.
    fn FltWriteFileEx(instance: PFLT_INSTANCE, file: *mut FILE_OBJECT, offset: In<i64>, length: u32, buffer: *mut c_void, flags: u32, done: Out<u32>, callback: Option<CompletedAsyncIo>, context: *mut c_void, key: In<u32>, mdl: PMDL) -> NTSTATUS {
        let transfer = Transfer { direction: Direction::Write, file, offset: offset.get(), length, buffer, flags, key: key.get().unwrap_or(0), mdl };
        run(instance, &transfer, done, callback, context)
    }
}

#[cfg(test)]
mod tests;
