//! Writes to a pool block without a look whether there is one.
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
        let block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64, TAG);
        if CORRECTED && block.is_null() {
            return FLT_PREOP_SUCCESS_NO_CALLBACK;
        }
        block.cast::<u8>().write_volatile(1);
        ExFreePoolWithTag(block, TAG);
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
