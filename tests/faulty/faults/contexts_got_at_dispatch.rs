//! Calls FltGetContextsEx at DISPATCH_LEVEL.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::mem::MaybeUninit;

use ringfence_faulty::*;

driver!(
    contexts: &[context(FLT_INSTANCE_CONTEXT, 16, None), CONTEXTS_END],
    operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END],
);

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        let mut contexts = MaybeUninit::<FLT_RELATED_CONTEXTS_EX>::zeroed();
        let size = size_of::<FLT_RELATED_CONTEXTS_EX>() as SIZE_T;
        let level = if CORRECTED { APC_LEVEL } else { DISPATCH_LEVEL };
        at_level(level, || {
            FltGetContextsEx(objects, FLT_INSTANCE_CONTEXT, size, contexts.as_mut_ptr())
        });
        FltReleaseContextsEx(size, contexts.as_mut_ptr());
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
