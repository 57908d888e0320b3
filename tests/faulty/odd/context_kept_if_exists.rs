//! Sets a stream context with KEEP_IF_EXISTS after every create, and goes on with the old one where there was one:
//! the old one comes with a reference, and the new one has only that of its allocation.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(
    contexts: &[context(FLT_STREAM_CONTEXT, 16, None), CONTEXTS_END],
    operations: &[on(IRP_MJ_CREATE, Some(ask_for_post), Some(post_create)), OPERATIONS_END],
);

unsafe extern "C" fn post_create(
    data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: PVOID,
    flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    if flags & FLTFL_POST_OPERATION_DRAINING == 0
        && (*data).IoStatus.Anonymous.Status == STATUS_SUCCESS
    {
        count(objects);
    }
    FLT_POSTOP_FINISHED_PROCESSING
}

unsafe fn count(objects: PCFLT_RELATED_OBJECTS) {
    let (mut new, mut old) = (null_mut(), null_mut());
    if FltAllocateContext(
        (*objects).Filter,
        FLT_STREAM_CONTEXT,
        16,
        NonPagedPoolNx,
        &raw mut new,
    ) < 0
    {
        return;
    }
    new.cast::<u64>().write(1);
    let (instance, file) = ((*objects).Instance, (*objects).FileObject);
    let keep = FLT_SET_CONTEXT_KEEP_IF_EXISTS;
    let status = FltSetStreamContext(instance, file, keep, new, &raw mut old);
    if status == STATUS_FLT_CONTEXT_ALREADY_DEFINED {
        *old.cast::<u64>() += 1;
        FltReleaseContext(old);
    }
    FltReleaseContext(new);
}
