//! Asks for the contexts of all kinds at once, also of kinds that it never registered, and releases what it got
//! together, though most of it is null.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(
    contexts: &[
        context(FLT_INSTANCE_CONTEXT, 8, None),
        context(FLT_STREAM_CONTEXT, 8, None),
        CONTEXTS_END,
    ],
    operations: &[on(IRP_MJ_CLEANUP, Some(pre_cleanup), None), OPERATIONS_END],
);

unsafe extern "C" fn pre_cleanup(
    _data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    let mut all = core::mem::zeroed::<FLT_RELATED_CONTEXTS>();
    FltGetContexts(objects, FLT_ALL_CONTEXTS, &raw mut all);
    if all.InstanceContext.is_null() {
        set_instance(objects);
    }
    FltReleaseContexts(&raw mut all);
    FLT_PREOP_SUCCESS_NO_CALLBACK
}

unsafe fn set_instance(objects: PCFLT_RELATED_OBJECTS) {
    let mut new = null_mut();
    if FltAllocateContext(
        (*objects).Filter,
        FLT_INSTANCE_CONTEXT,
        8,
        PagedPool,
        &raw mut new,
    ) >= 0
    {
        let keep = FLT_SET_CONTEXT_KEEP_IF_EXISTS;
        FltSetInstanceContext((*objects).Instance, keep, new, null_mut());
        FltReleaseContext(new);
    }
}
