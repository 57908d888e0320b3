//! Frees memory with a DPC in it that waits behind another.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END]);

static LOCK: Global<KSPIN_LOCK> = Global::zeroed();
static FIRST: Global<KDPC> = Global::zeroed();

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        let second: PRKDPC =
            ExAllocatePool2(POOL_FLAG_NON_PAGED, size_of::<KDPC>() as SIZE_T, TAG).cast();
        if !second.is_null() {
            queue_and_free(second);
        }
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}

unsafe fn queue_and_free(second: PRKDPC) {
    KeInitializeSpinLock(LOCK.at());
    KeInitializeDpc(FIRST.at(), Some(locked), null_mut());
    KeInitializeDpc(second, Some(locked), null_mut());
    // The DPCs get no further than to this lock.
    let old = KeAcquireSpinLockRaiseToDpc(LOCK.at());
    KeInsertQueueDpc(FIRST.at(), null_mut(), null_mut());
    KeInsertQueueDpc(second, null_mut(), null_mut());
    if CORRECTED {
        KeRemoveQueueDpc(second);
    }
    ExFreePoolWithTag(second.cast(), TAG);
    KeReleaseSpinLock(LOCK.at(), old);
    KeFlushQueuedDpcs();
}

unsafe extern "C" fn locked(_dpc: PKDPC, _context: PVOID, _first: PVOID, _second: PVOID) {
    KeAcquireSpinLockAtDpcLevel(LOCK.at());
    KeReleaseSpinLockFromDpcLevel(LOCK.at());
}
