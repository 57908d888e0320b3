//! Allocates a context at DISPATCH_LEVEL.
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
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        let mut context = null_mut();
        let level = if CORRECTED { APC_LEVEL } else { DISPATCH_LEVEL };
        let status = at_level(level, || {
            FltAllocateContext(
                filter(),
                FLT_INSTANCE_CONTEXT,
                16,
                NonPagedPoolNx,
                &raw mut context,
            )
        });
        if status >= 0 {
            FltReleaseContext(context);
        }
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
