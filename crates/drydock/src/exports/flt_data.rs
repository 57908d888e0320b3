//! Functions about one operation: its callback data, its requestor, its completion.
#![allow(unsafe_code)] // exported functions believe the driver's pointers, so they are unsafe to call

use std::ffi::c_void;

use minifilter_sys::{
    BOOLEAN, FILE_OBJECT, FLT_RELATED_OBJECTS, FLTFL_CALLBACK_DATA_DIRTY, NTSTATUS,
    PFLT_CALLBACK_DATA, PFLT_INSTANCE, STATUS_INVALID_PARAMETER, STATUS_SUCCESS,
};

use super::flt_argument::{In, Out};
use crate::export;
use crate::model::callback::PostOperation;
use crate::model::operation::{self, Operation, Requestor, SafePost};
use crate::model::own_io::data;
use crate::model::process;
use crate::verify::{self, rule};

/// Session of every process of the bench.
const SESSION: u32 = 1;

fn known(data: PFLT_CALLBACK_DATA) -> Option<&'static Operation> {
    let found = operation::find(data);
    if found.is_none() {
        verify::violation(
            rule::DATA_UNKNOWN,
            format!("{data:p} is not the callback data of an operation under way"),
        );
    }
    found
}

fn requestor(data: PFLT_CALLBACK_DATA) -> Option<Requestor> {
    if data::is_own(data) {
        return Some(Requestor::kernel());
    }
    known(data).map(Operation::requestor)
}

fn change_flags(data: PFLT_CALLBACK_DATA, set: u32, clear: u32) {
    if !data::change_flags(data, set, clear)
        && let Some(operation) = known(data)
    {
        operation.change_flags(set, clear);
    }
}

export! { Dll::FltMgr;
    /// `FltSetCallbackDataDirty` — the filter says that it changed the parameters.
    fn FltSetCallbackDataDirty(data: PFLT_CALLBACK_DATA) {
        change_flags(data, FLTFL_CALLBACK_DATA_DIRTY, 0);
    }
    /// `FltClearCallbackDataDirty` — the filter takes that back.
    fn FltClearCallbackDataDirty(data: PFLT_CALLBACK_DATA) {
        change_flags(data, 0, FLTFL_CALLBACK_DATA_DIRTY);
    }
    /// `FltIsCallbackDataDirty` — whether it said so.
    fn FltIsCallbackDataDirty(data: PFLT_CALLBACK_DATA) -> BOOLEAN {
        let flags = data::flags(data).or_else(|| known(data).map(Operation::flags));
        flags.is_some_and(|flags| flags & FLTFL_CALLBACK_DATA_DIRTY != 0).into()
    }
    /// `FltGetRequestorProcess` — the process that asked; not referenced.
    fn FltGetRequestorProcess(data: PFLT_CALLBACK_DATA) -> usize {
        requestor(data).map_or(0, |requestor| process::object(requestor.process_id))
    }
    /// `FltGetRequestorProcessId` — id of the process that asked.
    fn FltGetRequestorProcessId(data: PFLT_CALLBACK_DATA) -> u32 {
        requestor(data).map_or(0, |requestor| requestor.process_id)
    }
    /// `FltGetRequestorProcessIdEx` — the same as a handle value.
    fn FltGetRequestorProcessIdEx(data: PFLT_CALLBACK_DATA) -> usize {
        requestor(data).map_or(0, |requestor| requestor.process_id as usize)
    }
    /// `FltGetRequestorSessionId` — session of the process that asked.
    fn FltGetRequestorSessionId(data: PFLT_CALLBACK_DATA, out: Out<u32>) -> NTSTATUS {
        out.give(SESSION);
        if requestor(data).is_some() { STATUS_SUCCESS } else { STATUS_INVALID_PARAMETER }
    }
    /// `FltIs32bitProcess` — the bench has no 32-bit processes.
    fn FltIs32bitProcess(_data: PFLT_CALLBACK_DATA) -> BOOLEAN {
        0
    }
    /// `FltIsOperationSynchronous` — whether the sender waits.
    fn FltIsOperationSynchronous(data: PFLT_CALLBACK_DATA) -> BOOLEAN {
        known(data).is_some_and(operation::is_synchronous).into()
    }
    /// `FltCompletePendedPreOperation` — goes on with an operation that the filter kept.
    fn FltCompletePendedPreOperation(data: PFLT_CALLBACK_DATA, status: i32, context: *mut c_void) {
        operation::complete_pre(data, status, context as usize);
    }
    /// `FltCompletePendedPostOperation` — the same on the way up.
    fn FltCompletePendedPostOperation(data: PFLT_CALLBACK_DATA) {
        operation::complete_post(data);
    }
    /// `FltDoCompletionProcessingWhenSafe` — runs a callback below DISPATCH, now or later.
    fn FltDoCompletionProcessingWhenSafe(
        data: PFLT_CALLBACK_DATA,
        objects: In<FLT_RELATED_OBJECTS>,
        context: *mut c_void,
        flags: u32,
        callback: Option<PostOperation>,
        out: Out<i32>,
    ) -> BOOLEAN {
        let (Some(objects), Some(callback)) = (objects.get(), callback) else { return 0 };
        let done = operation::do_completion_when_safe(SafePost { data, objects, context, flags, callback });
        out.give(done.unwrap_or(minifilter_sys::FLT_POSTOP_FINISHED_PROCESSING));
        done.is_some().into()
    }
    /// `FltCancelFileOpen` — undoes an open whose handle does not exist yet.
    fn FltCancelFileOpen(instance: PFLT_INSTANCE, file: *const FILE_OBJECT) {
        operation::cancel_open(instance, file);
    }
}
