//! Ends a string with a zero for which its pool block has no room.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

const LENGTH: usize = 24;

driver!(operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END]);

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        let room = if CORRECTED { LENGTH + 1 } else { LENGTH };
        let block: *mut u16 = ExAllocatePool2(POOL_FLAG_PAGED, (room * 2) as SIZE_T, TAG).cast();
        if !block.is_null() {
            for index in 0..LENGTH {
                block.add(index).write_volatile(u16::from(b'a'));
            }
            block.add(LENGTH).write_volatile(0);
            ExFreePoolWithTag(block.cast(), TAG);
        }
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
