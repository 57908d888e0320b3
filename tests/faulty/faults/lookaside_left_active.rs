//! Goes without deleting its lookaside list.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

static LIST: Global<LOOKASIDE_LIST_EX> = Global::zeroed();

driver!(
    operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END],
    load: load,
    gone: gone,
);

unsafe fn load() -> NTSTATUS {
    ExInitializeLookasideListEx(LIST.at(), None, None, NonPagedPoolNx, 0, 64, TAG, 0)
}

unsafe fn gone() {
    if CORRECTED {
        ExDeleteLookasideListEx(LIST.at());
    }
}

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        let block = ExAllocateFromLookasideListEx(LIST.at());
        ExFreeToLookasideListEx(LIST.at(), block);
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
