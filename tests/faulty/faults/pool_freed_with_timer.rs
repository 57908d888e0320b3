//! Frees memory with a timer in it that is set.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END]);

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        let size = size_of::<KTIMER>() as SIZE_T;
        let timer: PKTIMER = ExAllocatePool2(POOL_FLAG_NON_PAGED, size, TAG).cast();
        if !timer.is_null() {
            KeInitializeTimer(timer);
            let hour = LARGE_INTEGER {
                QuadPart: -36_000_000_000,
            };
            KeSetTimer(timer, hour, null_mut());
            if CORRECTED {
                KeCancelTimer(timer);
            }
            ExFreePoolWithTag(timer.cast(), TAG);
        }
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
