//! PFLT_COMPLETED_ASYNC_IO_CALLBACK — telling a filter that I/O of its own has ended.
#![allow(unsafe_code)] // calls the driver's callback

use std::ffi::c_void;

use minifilter_sys::PFLT_CALLBACK_DATA;

use crate::model::bounds::DISPATCH;
use crate::model::callback::CompletedAsyncIo;
use crate::model::operation::asynchronous::Completion;
use crate::model::operation::levels;
use crate::model::thread::{self, Site};

/// Calls the callback, at a level up to DISPATCH_LEVEL as drivers must expect.
pub(crate) fn call(callback: CompletedAsyncIo, data: PFLT_CALLBACK_DATA, context: *mut c_void) {
    let site = Site {
        name: "completion of own I/O",
        code: callback as usize,
    };
    thread::call_driver(site, levels::choose(DISPATCH), || {
        // SAFETY: the driver gave this code for exactly this call; the data outlive it.
        unsafe { callback(data, context) }
    });
}

/// What ends an operation that FltReadFile or FltWriteFile sent: the callback sees the filter manager's own data.
pub fn of_operation(callback: CompletedAsyncIo, context: *mut c_void) -> Completion {
    let context = context as usize;
    Box::new(move |operation| call(callback, operation.pointer(), context as *mut c_void))
}
