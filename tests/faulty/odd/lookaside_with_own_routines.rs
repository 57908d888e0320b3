//! Gives a lookaside list routines of its own, which allocate more than asked for and free without a tag; an entry is
//! still out when the list is flushed.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::sync::atomic::{AtomicBool, Ordering};

use ringfence_faulty::*;

static READY: AtomicBool = AtomicBool::new(false);
static LIST: Global<LOOKASIDE_LIST_EX> = Global::zeroed();
static PAGED: Global<PAGED_LOOKASIDE_LIST> = Global::zeroed();
static NONPAGED: Global<NPAGED_LOOKASIDE_LIST> = Global::zeroed();

driver!(
    operations: &[on(IRP_MJ_CLEANUP, Some(pre_cleanup), None), OPERATIONS_END],
    load: load,
    gone: gone,
);

unsafe fn load() -> NTSTATUS {
    ExInitializePagedLookasideList(PAGED.at(), None, None, 0, 100, TAG, 0);
    ExInitializeNPagedLookasideList(NONPAGED.at(), None, None, 0, 16, TAG, 0);
    let (allocate, free) = (Some(allocate as _), Some(free as _));
    let status = ExInitializeLookasideListEx(LIST.at(), allocate, free, PagedPool, 0, 40, TAG, 0);
    READY.store(status >= 0, Ordering::Release);
    status
}

unsafe fn gone() {
    if READY.load(Ordering::Acquire) {
        ExDeleteLookasideListEx(LIST.at());
    }
    ExDeletePagedLookasideList(PAGED.at());
    ExDeleteNPagedLookasideList(NONPAGED.at());
}

unsafe extern "C" fn allocate(
    _kind: POOL_TYPE,
    size: SIZE_T,
    tag: ULONG,
    _list: PLOOKASIDE_LIST_EX,
) -> PVOID {
    ExAllocatePool2(POOL_FLAG_PAGED, size + 64, tag)
}

unsafe extern "C" fn free(block: PVOID, _list: PLOOKASIDE_LIST_EX) {
    ExFreePool(block);
}

unsafe extern "C" fn pre_cleanup(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    let one = ExAllocateFromLookasideListEx(LIST.at());
    let other = ExAllocateFromLookasideListEx(LIST.at());
    for entry in [one, other] {
        if !entry.is_null() {
            ExFreeToLookasideListEx(LIST.at(), entry);
        }
    }
    let last = ExAllocateFromLookasideListEx(LIST.at());
    ExFlushLookasideListEx(LIST.at());
    if !last.is_null() {
        ExFreeToLookasideListEx(LIST.at(), last);
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
