//! Counts in a pool block that it has freed.
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
        let block: *mut u64 = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64, TAG).cast();
        if !block.is_null() {
            if CORRECTED {
                *block += 1;
            }
            ExFreePoolWithTag(block.cast(), TAG);
            if !CORRECTED {
                block.write_volatile(block.read_volatile().wrapping_add(1));
            }
        }
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
