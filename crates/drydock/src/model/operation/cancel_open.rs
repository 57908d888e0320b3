//! FltCancelFileOpen — a filter undoes a successful open before any handle to it exists.

use std::cell::Cell;

use minifilter_sys::{FILE_OBJECT, IRP_MJ_CREATE, PFLT_INSTANCE};

use super::data::Operation;
use super::status_of;
use crate::model::flt_object;
use crate::verify::{self, rule};

thread_local! {
    /// The operation whose post-create callback this thread is in.
    static POST_CREATE: Cell<Option<&'static Operation>> = const { Cell::new(None) };
}

/// Runs a post-operation callback, noting a post-create.
pub fn during<R>(operation: &'static Operation, major: u8, callback: impl FnOnce() -> R) -> R {
    let outer = POST_CREATE.replace((major == IRP_MJ_CREATE).then_some(operation));
    let result = callback();
    POST_CREATE.set(outer);
    result
}

/// FltCancelFileOpen.
pub fn cancel_open(instance: PFLT_INSTANCE, file: *const FILE_OBJECT) {
    let Some(instance) = flt_object::instance(instance) else {
        return;
    };
    let post_create = POST_CREATE.get().filter(|operation| {
        std::ptr::eq(operation.iopb().TargetFileObject, file) && status_of(&operation.status()) >= 0
    });
    let Some(operation) = post_create else {
        verify::violation(
            rule::F16,
            format!("file object {file:p} is not in a successful post-create callback"),
        );
        return;
    };
    operation.cancel_open();
    instance.volume.file_system.cancel_open(file);
}
