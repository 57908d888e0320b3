//! Registers one kind of context twice, once with a size and once for any, and allocates sizes that were never
//! registered: the one without an exact size takes them.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;
use core::sync::atomic::{AtomicUsize, Ordering};

use ringfence_faulty::*;

static TURN: AtomicUsize = AtomicUsize::new(0);

driver!(
    contexts: &[
        context(FLT_STREAM_CONTEXT, 24, None),
        context(FLT_STREAM_CONTEXT, FLT_VARIABLE_SIZED_CONTEXTS, None),
        CONTEXTS_END,
    ],
    operations: &[on(IRP_MJ_CLEANUP, Some(pre_cleanup), None), OPERATIONS_END],
);

unsafe extern "C" fn pre_cleanup(
    _data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    let size = [24, 1, 200][TURN.fetch_add(1, Ordering::Relaxed) % 3];
    let (instance, file) = ((*objects).Instance, (*objects).FileObject);
    let mut new = null_mut();
    if FltAllocateContext(
        (*objects).Filter,
        FLT_STREAM_CONTEXT,
        size,
        PagedPool,
        &raw mut new,
    ) >= 0
    {
        new.cast::<u8>().write_bytes(1, size);
        let replace = FLT_SET_CONTEXT_REPLACE_IF_EXISTS;
        FltSetStreamContext(instance, file, replace, new, null_mut());
        FltReleaseContext(new);
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
