//! Takes two spin locks in one order here and in the other there.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

static ONE: Global<KSPIN_LOCK> = Global::zeroed();
static OTHER: Global<KSPIN_LOCK> = Global::zeroed();

driver!(operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END]);

unsafe fn both(first: *mut KSPIN_LOCK, second: *mut KSPIN_LOCK) {
    let level = KeAcquireSpinLockRaiseToDpc(first);
    KeAcquireSpinLockAtDpcLevel(second);
    KeReleaseSpinLockFromDpcLevel(second);
    KeReleaseSpinLock(first, level);
}

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        both(ONE.at(), OTHER.at());
        if CORRECTED {
            both(ONE.at(), OTHER.at());
        } else {
            both(OTHER.at(), ONE.at());
        }
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
