#![allow(unsafe_code)] // FltDoCompletionProcessingWhenSafe

//! Post-operation work that needs IRQL ≤ APC_LEVEL.

use core::ffi::c_void;
use core::ptr::{self, NonNull};

use minifilter_sys::{
    FLT_POST_OPERATION_FLAGS, FLT_POSTOP_CALLBACK_STATUS, FLT_POSTOP_FINISHED_PROCESSING,
    PCFLT_RELATED_OBJECTS, PFLT_CALLBACK_DATA,
};

use super::{CompletionContext, Post, PostStatus, PrePostOperation};
use crate::ddi;
use crate::irql::{Apc, ApcState, ApcsUnknown, AtMost, Dispatch, Irql, Waits};
use crate::objects::RelatedObjects;
use crate::operation::HasPost;

/// A filter whose post-operation work for `O` needs IRQL ≤ APC_LEVEL.
pub trait SafePostOperation<O: HasPost>: PrePostOperation<O> {
    /// `PFLT_POST_OPERATION_CALLBACK`, safe — called by [`Post::when_safe`] on this thread or a worker's.
    fn safe_post<'i>(
        &self,
        call: Post<'i, Self, O>,
        completion: Self::Completion,
        irql: &mut Irql<'i, Apc, ApcsUnknown>,
    ) -> PostStatus<'i>;

    /// Called with what the pre-operation callback handed over when the work cannot be done: not an IRP, paging I/O, or no
    /// memory for a work item. By default drops it.
    fn safe_post_refused(&self, completion: Self::Completion) {
        drop(completion);
    }
}

impl<'i, F: SafePostOperation<O>, O: HasPost> Post<'i, F, O> {
    /// `FltDoCompletionProcessingWhenSafe` — runs [`SafePostOperation::safe_post`] at IRQL ≤ APC_LEVEL, now or in a worker.
    /// IRQL ≤ DISPATCH_LEVEL, and no guard of this thread alive: below DISPATCH_LEVEL the work is done inside this call, where it
    /// may wait for others to let go.
    pub fn when_safe(
        self,
        filter: &F,
        completion: F::Completion,
        irql: &Irql<'_, impl AtMost<Dispatch>, impl ApcState, impl Waits>,
    ) -> PostStatus<'i> {
        if !self.data().is_irp() || self.data().is_paging_io() {
            filter.safe_post_refused(completion);
            return self.finish();
        }
        let raw = completion.into_raw();
        let mut status = FLT_POSTOP_FINISHED_PROCESSING;
        // SAFETY: the operation is a live IRP operation, not paging I/O and not draining; the callback matches filter,
        // operation and completion context, and `status` may be written.
        let taken = unsafe {
            ddi::FltDoCompletionProcessingWhenSafe(
                irql,
                self.raw().as_ptr(),
                ptr::from_ref(self.objects().raw()),
                raw,
                0,
                Some(enter_safe::<F, O>),
                &raw mut status,
            )
        };
        if taken == 0 {
            // SAFETY: the callback was not and will not be called, so the completion context is ours again.
            filter.safe_post_refused(unsafe { F::Completion::from_raw(raw) });
            return self.finish();
        }
        PostStatus::new(status)
    }
}

/// `PFLT_POST_OPERATION_CALLBACK` — FltMgr calls it at IRQL ≤ APC_LEVEL.
unsafe extern "C" fn enter_safe<F: SafePostOperation<O>, O: HasPost>(
    data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    completion: *mut c_void,
    _flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    // SAFETY: it is the pointer that `when_safe` handed over, for this one call.
    let completion = unsafe { F::Completion::from_raw(completion) };
    // SAFETY: FltMgr passes live callback data.
    let data = unsafe { NonNull::new_unchecked(data) };
    // SAFETY: FltMgr passes live objects.
    let objects = RelatedObjects::new(unsafe { &*objects });
    // SAFETY: both belong to this operation, which is not draining: the callback would not have been queued.
    let call = unsafe { Post::new(data, objects) };
    // SAFETY: FltMgr calls safe callbacks at IRQL ≤ APC_LEVEL; the APC state claims nothing, and this thread holds no guard of ours:
    // it is a worker's, or the caller of `when_safe`, whose token says so.
    let mut irql = unsafe { Irql::assume() };
    F::cell()
        .get()
        .map_or(FLT_POSTOP_FINISHED_PROCESSING, |filter| {
            filter.safe_post(call, completion, &mut irql).status
        })
}
