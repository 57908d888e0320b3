//! Gets a context after a read, for which a post-operation callback may run too high: it asks for a safe moment, and
//! lets be what cannot have one.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(
    contexts: &[context(FLT_STREAM_CONTEXT, 8, None), CONTEXTS_END],
    operations: &[on(IRP_MJ_READ, Some(pre_read), Some(post_read)), OPERATIONS_END],
);

unsafe extern "C" fn pre_read(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    *completion = ExAllocatePool2(POOL_FLAG_NON_PAGED, 8, TAG);
    FLT_PREOP_SUCCESS_WITH_CALLBACK
}

unsafe extern "C" fn post_read(
    data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    completion: PVOID,
    flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    let mut status = FLT_POSTOP_FINISHED_PROCESSING;
    let safe = Some(when_safe as _);
    if flags & FLTFL_POST_OPERATION_DRAINING != 0
        || FltDoCompletionProcessingWhenSafe(
            data,
            objects,
            completion,
            flags,
            safe,
            &raw mut status,
        ) == 0
    {
        free(completion);
        return FLT_POSTOP_FINISHED_PROCESSING;
    }
    status
}

unsafe extern "C" fn when_safe(
    _data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    completion: PVOID,
    _flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    let (instance, file) = ((*objects).Instance, (*objects).FileObject);
    let mut context = null_mut();
    if FltGetStreamContext(instance, file, &raw mut context) >= 0 {
        FltReleaseContext(context);
    } else if FltAllocateContext(
        (*objects).Filter,
        FLT_STREAM_CONTEXT,
        8,
        PagedPool,
        &raw mut context,
    ) >= 0
    {
        FltSetStreamContext(
            instance,
            file,
            FLT_SET_CONTEXT_KEEP_IF_EXISTS,
            context,
            null_mut(),
        );
        FltReleaseContext(context);
    }
    free(completion);
    FLT_POSTOP_FINISHED_PROCESSING
}

unsafe fn free(block: PVOID) {
    if !block.is_null() {
        ExFreePoolWithTag(block, TAG);
    }
}
