//! Frees paged pool while it holds a spin lock.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

static LOCK: Global<KSPIN_LOCK> = Global::zeroed();

driver!(operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END]);

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        let block = ExAllocatePool2(POOL_FLAG_PAGED, 64, TAG);
        KeInitializeSpinLock(LOCK.at());
        let old = KeAcquireSpinLockRaiseToDpc(LOCK.at());
        if !CORRECTED {
            ExFreePoolWithTag(block, TAG);
        }
        KeReleaseSpinLock(LOCK.at(), old);
        if CORRECTED {
            ExFreePoolWithTag(block, TAG);
        }
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
