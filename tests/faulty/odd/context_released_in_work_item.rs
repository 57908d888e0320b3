//! Gets the context of a stream in a pre-operation callback and releases it in a work item:
//! a reference belongs to nobody's thread.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(
    contexts: &[context(FLT_STREAM_CONTEXT, 8, None), CONTEXTS_END],
    operations: &[on(IRP_MJ_CLEANUP, Some(pre_cleanup), None), OPERATIONS_END],
);

unsafe extern "C" fn pre_cleanup(
    _data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    let context = get_or_make(objects);
    if !context.is_null() && !later(release, context) {
        FltReleaseContext(context);
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}

unsafe extern "C" fn release(item: PFLT_GENERIC_WORKITEM, _object: PVOID, context: PVOID) {
    FltFreeGenericWorkItem(item);
    FltReleaseContext(context);
}

unsafe fn get_or_make(objects: PCFLT_RELATED_OBJECTS) -> PFLT_CONTEXT {
    let (instance, file) = ((*objects).Instance, (*objects).FileObject);
    let (mut new, mut old) = (null_mut(), null_mut());
    if FltGetStreamContext(instance, file, &raw mut old) >= 0 {
        return old;
    }
    if FltAllocateContext(
        (*objects).Filter,
        FLT_STREAM_CONTEXT,
        8,
        PagedPool,
        &raw mut new,
    ) < 0
    {
        return null_mut();
    }
    let keep = FLT_SET_CONTEXT_KEEP_IF_EXISTS;
    if FltSetStreamContext(instance, file, keep, new, &raw mut old) >= 0 {
        return new;
    }
    FltReleaseContext(new);
    old
}
