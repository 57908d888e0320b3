//! Releases a context only where it could be set: a file that cannot carry one leaks it.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(
    contexts: &[context(FLT_STREAM_CONTEXT, 16, None), CONTEXTS_END],
    operations: &[on(IRP_MJ_READ, Some(pre_read), None), OPERATIONS_END],
);

unsafe extern "C" fn pre_read(
    _data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        let mut context = null_mut();
        let kind = FLT_STREAM_CONTEXT;
        let status = FltAllocateContext(filter(), kind, 16, NonPagedPoolNx, &raw mut context);
        if status < 0 {
            return FLT_PREOP_SUCCESS_NO_CALLBACK;
        }
        let set = FltSetStreamContext(
            (*objects).Instance,
            (*objects).FileObject,
            FLT_SET_CONTEXT_KEEP_IF_EXISTS,
            context,
            null_mut(),
        );
        if CORRECTED || set >= 0 {
            FltReleaseContext(context);
        }
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
