//! Allocates nonpaged pool at a level of devices.
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
        let level = if CORRECTED {
            DISPATCH_LEVEL
        } else {
            HIGH_LEVEL
        };
        let block = at_level(level, || ExAllocatePool2(POOL_FLAG_NON_PAGED, 64, TAG));
        if !block.is_null() {
            ExFreePoolWithTag(block, TAG);
        }
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
