//! Gets a context in a post-operation callback that may run at DISPATCH_LEVEL.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(
    contexts: &[context(FLT_STREAM_CONTEXT, 16, None), CONTEXTS_END],
    operations: &[on(IRP_MJ_WRITE, Some(pre), Some(post)), OPERATIONS_END],
);

unsafe extern "C" fn pre(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if CORRECTED {
        FLT_PREOP_SYNCHRONIZE
    } else {
        FLT_PREOP_SUCCESS_WITH_CALLBACK
    }
}

unsafe extern "C" fn post(
    _data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: PVOID,
    _flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    let mut context = null_mut();
    if FltGetStreamContext((*objects).Instance, (*objects).FileObject, &raw mut context) >= 0 {
        FltReleaseContext(context);
    }
    FLT_POSTOP_FINISHED_PROCESSING
}
