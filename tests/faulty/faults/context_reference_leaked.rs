//! Gets a context and never releases it.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

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
        let mut context = null_mut();
        if FltAllocateContext(
            filter(),
            FLT_INSTANCE_CONTEXT,
            16,
            NonPagedPoolNx,
            &raw mut context,
        ) < 0
        {
            return FLT_PREOP_SUCCESS_NO_CALLBACK;
        }
        FltSetInstanceContext(
            (*objects).Instance,
            FLT_SET_CONTEXT_KEEP_IF_EXISTS,
            context,
            null_mut(),
        );
        FltReleaseContext(context);
        if FltGetInstanceContext((*objects).Instance, &raw mut context) >= 0 && CORRECTED {
            FltReleaseContext(context);
        }
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
