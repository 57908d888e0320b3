//! FltAllocateCallbackData, FltPerformSynchronousIo and their relatives: operations that filters make themselves.
#![allow(unsafe_code)] // exported functions believe the driver's pointers, so they are unsafe to call

use std::ffi::c_void;

use minifilter_sys::{
    FILE_OBJECT, NTSTATUS, PFLT_CALLBACK_DATA, PFLT_INSTANCE, STATUS_FLT_DELETING_OBJECT,
    STATUS_INVALID_PARAMETER, STATUS_SUCCESS,
};

use super::flt_argument::Out;
use crate::export;
use crate::model::callback::CompletedAsyncIo;
use crate::model::flt_object;
use crate::model::operation::Extras;
use crate::model::own_io::{completed, data, perform};

fn allocate(
    instance: PFLT_INSTANCE,
    file: *mut FILE_OBJECT,
    flags: u32,
    out: Out<PFLT_CALLBACK_DATA>,
) -> NTSTATUS {
    let Some(instance) = flt_object::instance(instance) else {
        return STATUS_FLT_DELETING_OBJECT;
    };
    match data::allocate(&instance, file, flags) {
        Ok(data) => {
            out.give(data);
            STATUS_SUCCESS
        }
        Err(status) => status,
    }
}

export! { Dll::FltMgr;
    /// `FltAllocateCallbackData` — callback data for an operation of the filter's own.
    fn FltAllocateCallbackData(instance: PFLT_INSTANCE, file: *mut FILE_OBJECT, out: Out<PFLT_CALLBACK_DATA>) -> NTSTATUS {
        allocate(instance, file, 0, out)
    }
    /// `FltAllocateCallbackDataEx` — the same, with all memory that sending them takes.
    fn FltAllocateCallbackDataEx(instance: PFLT_INSTANCE, file: *mut FILE_OBJECT, flags: u32, out: Out<PFLT_CALLBACK_DATA>) -> NTSTATUS {
        allocate(instance, file, flags, out)
    }
    /// `FltFreeCallbackData` — ends their life.
    fn FltFreeCallbackData(data: PFLT_CALLBACK_DATA) {
        data::free(data);
    }
    /// `FltReuseCallbackData` — makes them as they were at first.
    fn FltReuseCallbackData(data: PFLT_CALLBACK_DATA) {
        data::reuse(data);
    }
    /// `FltPerformSynchronousIo` — sends them below the instance and waits.
    fn FltPerformSynchronousIo(data: PFLT_CALLBACK_DATA) {
        perform::synchronous(data, Extras::default());
    }
    /// `FltPerformAsynchronousIo` — sends them below the instance and calls back at the end.
    fn FltPerformAsynchronousIo(data: PFLT_CALLBACK_DATA, callback: Option<CompletedAsyncIo>, context: *mut c_void) -> NTSTATUS {
        let Some(callback) = callback else { return STATUS_INVALID_PARAMETER };
        let [address, context] = [data.cast(), context].map(|pointer: *mut c_void| pointer as usize);
        perform::asynchronous(data, move || completed::call(callback, address as PFLT_CALLBACK_DATA, context as *mut c_void))
    }
    /// `FltReissueSynchronousIo` — sends an operation below the instance once more.
    fn FltReissueSynchronousIo(instance: PFLT_INSTANCE, data: PFLT_CALLBACK_DATA) {
        if let Some(instance) = flt_object::instance(instance) {
            perform::reissue(&instance, data);
        }
    }
}

#[cfg(test)]
mod tests;
