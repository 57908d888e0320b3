//! Initialises an event in paged pool.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END]);

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        let pool = if CORRECTED {
            POOL_FLAG_NON_PAGED
        } else {
            POOL_FLAG_PAGED
        };
        let block = ExAllocatePool2(pool, size_of::<KEVENT>() as _, TAG);
        KeInitializeEvent(block.cast(), NotificationEvent, 1);
        wait(block.cast());
        ExFreePoolWithTag(block, TAG);
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
