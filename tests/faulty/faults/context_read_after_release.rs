//! Reads a context after the last release has freed it.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(
    contexts: &[context(FLT_STREAM_CONTEXT, 64, None), CONTEXTS_END],
    operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END],
);

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        let mut block = null_mut();
        if FltAllocateContext(
            filter(),
            FLT_STREAM_CONTEXT,
            64,
            NonPagedPoolNx,
            &raw mut block,
        ) < 0
        {
            return FLT_PREOP_SUCCESS_NO_CALLBACK;
        }
        if CORRECTED {
            block.cast::<u64>().read_volatile();
        }
        FltReleaseContext(block);
        if !CORRECTED {
            block.cast::<u64>().read_volatile();
        }
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
