//! Allocates a context for every cleanup, writes to it and releases it without ever setting it:
//! the reference of the allocation is the last one then, and the cleanup callback runs.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;
use core::sync::atomic::{AtomicU32, Ordering};

use ringfence_faulty::*;

static ALIVE: AtomicU32 = AtomicU32::new(0);

driver!(
    contexts: &[context(FLT_FILE_CONTEXT, 32, Some(cleaned)), CONTEXTS_END],
    operations: &[on(IRP_MJ_CLEANUP, Some(pre_cleanup), None), OPERATIONS_END],
    gone: gone,
);

unsafe extern "C" fn cleaned(_context: PFLT_CONTEXT, _kind: FLT_CONTEXT_TYPE) {
    ALIVE.fetch_sub(1, Ordering::AcqRel);
}

unsafe fn gone() {
    if ALIVE.load(Ordering::Acquire) != 0 {
        assert_failed(c"no context is left", line!());
    }
}

unsafe extern "C" fn pre_cleanup(
    _data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    let mut new = null_mut();
    if FltAllocateContext(
        (*objects).Filter,
        FLT_FILE_CONTEXT,
        32,
        NonPagedPool,
        &raw mut new,
    ) >= 0
    {
        ALIVE.fetch_add(1, Ordering::AcqRel);
        new.cast::<u64>().write(1);
        FltReleaseContext(new);
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
