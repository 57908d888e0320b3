//! Deletes a context while it still works with it: FltDeleteContext only takes it off its object, and its own
//! reference keeps the memory until it is released.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(
    contexts: &[context(FLT_STREAMHANDLE_CONTEXT, 16, None), CONTEXTS_END],
    operations: &[on(IRP_MJ_CLEANUP, Some(pre_cleanup), None), OPERATIONS_END],
);

unsafe extern "C" fn pre_cleanup(
    _data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    let (instance, file) = ((*objects).Instance, (*objects).FileObject);
    let mut new = null_mut();
    if FltAllocateContext(
        (*objects).Filter,
        FLT_STREAMHANDLE_CONTEXT,
        16,
        PagedPool,
        &raw mut new,
    ) >= 0
    {
        let keep = FLT_SET_CONTEXT_KEEP_IF_EXISTS;
        if FltSetStreamHandleContext(instance, file, keep, new, null_mut()) >= 0 {
            FltDeleteContext(new);
            new.cast::<u64>().write(1);
        }
        FltReleaseContext(new);
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
