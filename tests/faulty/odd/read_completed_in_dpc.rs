//! Pends a read and completes it with no bytes in a DPC: at DISPATCH_LEVEL a pended operation may be completed,
//! though not sent on.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;
use core::sync::atomic::{AtomicPtr, Ordering};

use ringfence_faulty::*;

static DPC: Global<KDPC> = Global::zeroed();
static HELD: AtomicPtr<FLT_CALLBACK_DATA> = AtomicPtr::new(null_mut());

driver!(
    operations: &[on(IRP_MJ_READ, Some(pre_read), None), OPERATIONS_END],
    load: load,
    teardown_start: Some(teardown_start),
);

unsafe fn load() -> NTSTATUS {
    KeInitializeDpc(DPC.at(), Some(complete), null_mut());
    STATUS_SUCCESS
}

unsafe extern "C" fn pre_read(
    data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if !is_irp(data) || is_paging(data) || FltIsOperationSynchronous(data) == 0 {
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    let (free, now) = (null_mut(), Ordering::AcqRel);
    if HELD
        .compare_exchange(free, data, now, Ordering::Acquire)
        .is_err()
    {
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    }
    KeInsertQueueDpc(DPC.at(), null_mut(), null_mut());
    FLT_PREOP_PENDING
}

unsafe extern "C" fn complete(_dpc: PKDPC, _context: PVOID, _one: PVOID, _two: PVOID) {
    let data = HELD.swap(null_mut(), Ordering::AcqRel);
    if !data.is_null() {
        (*data).IoStatus.Anonymous.Status = STATUS_END_OF_FILE;
        (*data).IoStatus.Information = 0;
        FltCompletePendedPreOperation(data, FLT_PREOP_COMPLETE, null_mut());
    }
}

unsafe extern "C" fn teardown_start(
    _objects: PCFLT_RELATED_OBJECTS,
    _reason: FLT_INSTANCE_TEARDOWN_FLAGS,
) {
    KeFlushQueuedDpcs();
}
