//! Steps back from its pool block to a header that it did not allocate.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

const HEADER: usize = 8;

driver!(operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END]);

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        let header = if CORRECTED { HEADER } else { 0 };
        let block = ExAllocatePool2(POOL_FLAG_NON_PAGED, (HEADER + 64) as SIZE_T, TAG);
        if !block.is_null() {
            let payload = block.cast::<u8>().add(header);
            payload.sub(HEADER).cast::<u64>().write_volatile(1);
            ExFreePoolWithTag(block, TAG);
        }
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
