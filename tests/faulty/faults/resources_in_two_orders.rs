//! Takes two resources in one order here and in the other there.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

static ONE: Global<ERESOURCE> = Global::zeroed();
static OTHER: Global<ERESOURCE> = Global::zeroed();

driver!(
    operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END],
    load: load,
    gone: gone,
);

unsafe fn load() -> NTSTATUS {
    ExInitializeResourceLite(ONE.at());
    ExInitializeResourceLite(OTHER.at())
}

unsafe fn gone() {
    ExDeleteResourceLite(ONE.at());
    ExDeleteResourceLite(OTHER.at());
}

unsafe fn both(first: *mut ERESOURCE, second: *mut ERESOURCE) {
    FltAcquireResourceExclusive(first);
    FltAcquireResourceExclusive(second);
    FltReleaseResource(second);
    FltReleaseResource(first);
}

/// Nobody waits for the second resource: that order is allowed.
unsafe fn try_both(first: *mut ERESOURCE, second: *mut ERESOURCE) {
    FltAcquireResourceExclusive(first);
    if ExAcquireResourceExclusiveLite(second, 0) != 0 {
        ExReleaseResourceLite(second);
    }
    FltReleaseResource(first);
}

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        both(ONE.at(), OTHER.at());
        if CORRECTED {
            try_both(OTHER.at(), ONE.at());
        } else {
            both(OTHER.at(), ONE.at());
        }
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
