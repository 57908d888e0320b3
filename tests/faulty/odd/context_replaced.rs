//! Replaces the context of a stream handle by each write, without a look at whether there is one:
//! what it gets back is its own to release, and null is not released.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(
    contexts: &[context(FLT_STREAMHANDLE_CONTEXT, 64, None), CONTEXTS_END],
    operations: &[on(IRP_MJ_CLEANUP, Some(pre_cleanup), None), on(IRP_MJ_QUERY_INFORMATION, Some(pre_query), None), OPERATIONS_END],
);

unsafe extern "C" fn pre_query(
    _data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    replace(objects);
    FLT_PREOP_SUCCESS_NO_CALLBACK
}

unsafe extern "C" fn pre_cleanup(
    _data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    replace(objects);
    let mut old = null_mut();
    if FltDeleteStreamHandleContext((*objects).Instance, (*objects).FileObject, &raw mut old) >= 0
        && !old.is_null()
    {
        FltReleaseContext(old);
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}

unsafe fn replace(objects: PCFLT_RELATED_OBJECTS) {
    let (mut new, mut old) = (null_mut(), null_mut());
    if FltAllocateContext(
        (*objects).Filter,
        FLT_STREAMHANDLE_CONTEXT,
        64,
        PagedPool,
        &raw mut new,
    ) < 0
    {
        return;
    }
    let (instance, file) = ((*objects).Instance, (*objects).FileObject);
    FltSetStreamHandleContext(
        instance,
        file,
        FLT_SET_CONTEXT_REPLACE_IF_EXISTS,
        new,
        &raw mut old,
    );
    if !old.is_null() {
        FltReleaseContext(old);
    }
    FltReleaseContext(new);
}
