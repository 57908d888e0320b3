//! FltDoCompletionProcessingWhenSafe — the safe callback below DISPATCH: now, or later in a worker.
#![allow(unsafe_code)] // calls the driver's safe callback

use std::ffi::c_void;

use minifilter_sys::{
    FLT_POSTOP_FINISHED_PROCESSING, FLT_POSTOP_MORE_PROCESSING_REQUIRED, FLT_RELATED_OBJECTS,
    FLTFL_POST_OPERATION_DRAINING, PFLT_CALLBACK_DATA, PFLT_RELATED_OBJECTS,
};

use super::data;
use super::levels::{self, PostPath};
use super::pend;
use crate::model::bounds::APC;
use crate::model::callback::PostOperation;
use crate::model::file_system::Request;
use crate::model::thread::Site;
use crate::model::{thread, work_queue};
use crate::verify::{self, rule};

/// IRP_PAGING_IO among IrpFlags.
const PAGING_IO: u32 = 0x2;

/// The arguments of one call, which outlive the post-operation callback that made it.
pub struct SafePost {
    /// FLT_CALLBACK_DATA.
    pub data: PFLT_CALLBACK_DATA,
    /// A copy: the callback's own is gone when a worker runs.
    pub objects: FLT_RELATED_OBJECTS,
    /// Completion context.
    pub context: *mut c_void,
    /// FLTFL_POST_OPERATION_*.
    pub flags: u32,
    /// The safe callback.
    pub callback: PostOperation,
}

// SAFETY: the pointers go from the driver to the driver; the bench only carries them.
unsafe impl Send for SafePost {}

impl SafePost {
    fn site(&self) -> Site<'static> {
        Site {
            name: "safe post-operation",
            code: self.callback as usize,
        }
    }

    fn run(&self, level: u8) -> i32 {
        thread::call_driver(self.site(), level, || {
            let objects: PFLT_RELATED_OBJECTS = std::ptr::from_ref(&self.objects).cast_mut();
            // SAFETY: the driver gave this code for exactly this call; data and objects outlive it.
            unsafe { (self.callback)(self.data, objects, self.context, self.flags) }
        })
    }
}

/// FltDoCompletionProcessingWhenSafe — None for FALSE, else the status that the post-operation callback shall return.
pub fn do_completion_when_safe(safe: SafePost) -> Option<i32> {
    let operation = data::find(safe.data)?;
    if safe.flags & FLTFL_POST_OPERATION_DRAINING != 0 {
        verify::violation(
            rule::F11,
            "FltDoCompletionProcessingWhenSafe while draining",
        );
        return None;
    }
    let irql = thread::current().irql();
    if irql <= APC {
        return Some(safe.run(irql));
    }
    let paging = operation.iopb().IrpFlags & PAGING_IO != 0;
    if operation.request() != Request::Irp || paging {
        return None;
    }
    work_queue::queue(Box::new(move || {
        let level = levels::choose(levels::post_bound(PostPath::Safe));
        match safe.run(level) {
            FLT_POSTOP_MORE_PROCESSING_REQUIRED => {}
            status => {
                if status != FLT_POSTOP_FINISHED_PROCESSING {
                    let detail = format!("safe callback returned unknown status {status}");
                    let Site { name, code } = safe.site();
                    verify::violation_from(rule::F1, name, code, detail);
                }
                pend::complete_post(safe.data);
            }
        }
    }));
    Some(FLT_POSTOP_MORE_PROCESSING_REQUIRED)
}
