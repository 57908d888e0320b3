//! Deletes a context that it never set.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(
    contexts: &[context(FLT_STREAM_CONTEXT, 32, None), CONTEXTS_END],
    operations: &[on(IRP_MJ_CLEANUP, Some(pre_cleanup), None), OPERATIONS_END],
);

unsafe extern "C" fn pre_cleanup(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    let mut context = null_mut();
    let kind = FLT_STREAM_CONTEXT;
    if first() && FltAllocateContext(filter(), kind, 32, NonPagedPoolNx, &raw mut context) >= 0 {
        if !CORRECTED {
            FltDeleteContext(context);
        }
        FltReleaseContext(context);
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
