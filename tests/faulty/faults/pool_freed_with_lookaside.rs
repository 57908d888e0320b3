//! Frees memory with an active lookaside list in it.
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
        let size = size_of::<LOOKASIDE_LIST_EX>() as SIZE_T;
        let list: PLOOKASIDE_LIST_EX = ExAllocatePool2(POOL_FLAG_NON_PAGED, size, TAG).cast();
        if !list.is_null() {
            let status =
                ExInitializeLookasideListEx(list, None, None, NonPagedPoolNx, 0, 64, TAG, 0);
            if CORRECTED && status >= 0 {
                ExDeleteLookasideListEx(list);
            }
            ExFreePoolWithTag(list.cast(), TAG);
        }
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
