//! Returns from a callback with a spin lock held.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

static LOCK: Global<KSPIN_LOCK> = Global::zeroed();

driver!(
    operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END],
    load: load,
);

unsafe fn load() -> NTSTATUS {
    KeInitializeSpinLock(LOCK.at());
    STATUS_SUCCESS
}

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        let old = KeAcquireSpinLockRaiseToDpc(LOCK.at());
        if CORRECTED {
            KeReleaseSpinLock(LOCK.at(), old);
        }
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
