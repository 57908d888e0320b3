//! FltCancelIo, FltSetCancelCompletion and waits that end with a cancelled operation.
#![allow(unsafe_code)] // exported functions believe the driver's pointers, so they are unsafe to call

use std::ffi::c_void;

use minifilter_sys::{
    BOOLEAN, LARGE_INTEGER, NTSTATUS, PFLT_CALLBACK_DATA, STATUS_CANCELLED,
    STATUS_INVALID_PARAMETER, STATUS_NOT_IMPLEMENTED, STATUS_SUCCESS, STATUS_TIMEOUT,
};

use super::ke_wait::{known, timeout_of};
use crate::export;
use crate::model::bounds::{APC, PASSIVE};
use crate::model::callback::{CompleteCanceled, OperationStatus};
use crate::model::file_system::Request;
use crate::model::operation::{self, Operation, cancel};
use crate::model::own_io::data;
use crate::model::{event, thread};

/// The operation of callback data: one that is passing, or one that the filter sent.
fn operation(data: PFLT_CALLBACK_DATA) -> Option<&'static Operation> {
    data::operation(data).or_else(|| operation::find(data))
}

fn status(result: Result<(), NTSTATUS>) -> NTSTATUS {
    result.err().unwrap_or(STATUS_SUCCESS)
}

/// The level that a cancellable wait may be called at hangs on whether it can be cancelled by an IRP.
fn check_level(found: Option<&Operation>) {
    let irp = found.is_some_and(|found| found.request() == Request::Irp);
    thread::require_irql(if irp { PASSIVE } else { APC });
}

export! { Dll::FltMgr;
    /// `FltCancelIo` — cancels an operation; whether somebody did something about it.
    fn FltCancelIo(data: PFLT_CALLBACK_DATA) -> BOOLEAN {
        operation(data).is_some_and(Operation::cancel).into()
    }
    /// `FltIsIoCanceled` — whether the operation is cancelled.
    fn FltIsIoCanceled(data: PFLT_CALLBACK_DATA) -> BOOLEAN {
        operation(data).is_some_and(Operation::is_cancelled).into()
    }
    /// `FltSetCancelCompletion` — what is to be called when a posted operation is cancelled.
    fn FltSetCancelCompletion(data: PFLT_CALLBACK_DATA, callback: Option<CompleteCanceled>) -> NTSTATUS {
        match (operation::find(data), callback) {
            (Some(operation), Some(callback)) => status(cancel::set_completion(operation, callback)),
            _ => STATUS_INVALID_PARAMETER,
        }
    }
    /// `FltClearCancelCompletion` — takes that back.
    fn FltClearCancelCompletion(data: PFLT_CALLBACK_DATA) -> NTSTATUS {
        let cleared = operation::find(data).is_some_and(Operation::clear_cancel_routine);
        if cleared { STATUS_SUCCESS } else { STATUS_CANCELLED }
    }
    /// `FltCancellableWaitForSingleObject` — waits for an object, or until the operation is cancelled.
    fn FltCancellableWaitForSingleObject(object: *mut c_void, timeout: *const LARGE_INTEGER, data: PFLT_CALLBACK_DATA) -> NTSTATUS {
        let found = operation::find(data);
        check_level(found);
        if !known(object as usize) {
            return STATUS_NOT_IMPLEMENTED;
        }
        let wait = || event::wait_for_several_or(&[object as usize], false, timeout_of(timeout), || found.is_some_and(Operation::is_given_up));
        wait().map_or_else(|status| status, |index| if index.is_some() { STATUS_SUCCESS } else { STATUS_TIMEOUT })
    }
    /// `FltCancellableWaitForMultipleObjects` — the same for several; gives the index of the one that ended the wait.
    fn FltCancellableWaitForMultipleObjects(count: u32, objects: *const usize, all_or_any: i32, timeout: *const LARGE_INTEGER, _blocks: *mut c_void, data: PFLT_CALLBACK_DATA) -> NTSTATUS {
        let found = operation::find(data);
        check_level(found);
        if count == 0 || objects.is_null() {
            return STATUS_INVALID_PARAMETER;
        }
        // SAFETY: the driver passes as many pointers as it says.
        let objects = unsafe { std::slice::from_raw_parts(objects, count as usize) };
        if !objects.iter().all(|object| known(*object)) {
            return STATUS_NOT_IMPLEMENTED;
        }
        let wait = || event::wait_for_several_or(objects, all_or_any == 0, timeout_of(timeout), || found.is_some_and(Operation::is_given_up));
        wait().map_or_else(|status| status, |index| index.map_or(STATUS_TIMEOUT, |index| index as NTSTATUS))
    }
    /// `FltRequestOperationStatusCallback` — what the file system first says is told to the caller.
    fn FltRequestOperationStatusCallback(data: PFLT_CALLBACK_DATA, callback: Option<OperationStatus>, context: *mut c_void) -> NTSTATUS {
        match (operation::find(data), callback) {
            (Some(operation), Some(callback)) => status(operation.request_status(callback, context as usize)),
            _ => STATUS_INVALID_PARAMETER,
        }
    }
    /// `FltGetNewSystemBufferAddress` — no file system here puts a buffer of its own in place of the caller's.
    fn FltGetNewSystemBufferAddress(_data: PFLT_CALLBACK_DATA) -> *mut c_void {
        std::ptr::null_mut()
    }
}

#[cfg(test)]
mod tests;
