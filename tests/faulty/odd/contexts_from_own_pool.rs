//! Takes the memory of its contexts from its own pool and gives it back itself: a registration with a
//! ContextAllocateCallback and a ContextFreeCallback.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

const OWN: FLT_CONTEXT_REGISTRATION = FLT_CONTEXT_REGISTRATION {
    ContextAllocateCallback: Some(allocate),
    ContextFreeCallback: Some(free),
    ..context(FLT_STREAMHANDLE_CONTEXT, 0, None)
};

driver!(
    contexts: &[OWN, CONTEXTS_END],
    operations: &[on(IRP_MJ_CREATE, Some(ask_for_post), Some(post_create)), OPERATIONS_END],
);

unsafe extern "C" fn allocate(kind: POOL_TYPE, size: SIZE_T, _context: FLT_CONTEXT_TYPE) -> PVOID {
    let flags = if kind == PagedPool {
        POOL_FLAG_PAGED
    } else {
        POOL_FLAG_NON_PAGED
    };
    ExAllocatePool2(flags, size, TAG)
}

unsafe extern "C" fn free(memory: PVOID, _context: FLT_CONTEXT_TYPE) {
    ExFreePoolWithTag(memory, TAG);
}

unsafe extern "C" fn post_create(
    data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: PVOID,
    flags: FLT_POST_OPERATION_FLAGS,
) -> FLT_POSTOP_CALLBACK_STATUS {
    let mut new = null_mut();
    if flags & FLTFL_POST_OPERATION_DRAINING == 0
        && (*data).IoStatus.Anonymous.Status == STATUS_SUCCESS
        && FltAllocateContext(
            (*objects).Filter,
            FLT_STREAMHANDLE_CONTEXT,
            40,
            PagedPool,
            &raw mut new,
        ) >= 0
    {
        let (instance, file) = ((*objects).Instance, (*objects).FileObject);
        let keep = FLT_SET_CONTEXT_KEEP_IF_EXISTS;
        FltSetStreamHandleContext(instance, file, keep, new, null_mut());
        FltReleaseContext(new);
    }
    FLT_POSTOP_FINISHED_PROCESSING
}
