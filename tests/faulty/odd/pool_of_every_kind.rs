//! Allocates under a spin lock, frees by ExFreePool what has a tag, uses tags of fewer than four letters, fills a block to
//! its last byte, and passes the null of a failed allocation nowhere.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

const SHORT: ULONG = u32::from_le_bytes(*b"Od\0\0");

static LOCK: Global<KSPIN_LOCK> = Global::zeroed();

driver!(
    operations: &[on(IRP_MJ_CLEANUP, Some(pre_cleanup), None), OPERATIONS_END],
    load: load,
);

unsafe fn load() -> NTSTATUS {
    KeInitializeSpinLock(LOCK.at());
    STATUS_SUCCESS
}

unsafe extern "C" fn pre_cleanup(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    let old = KeAcquireSpinLockRaiseToDpc(LOCK.at());
    let block = ExAllocatePool2(POOL_FLAG_NON_PAGED | POOL_FLAG_UNINITIALIZED, 33, SHORT);
    if !block.is_null() {
        block.cast::<u8>().write_bytes(0xFF, 33);
        ExFreePool(block);
    }
    KeReleaseSpinLock(LOCK.at(), old);
    let block = ExAllocatePoolWithTag(PagedPool, 5000, SHORT);
    if !block.is_null() {
        block.cast::<u8>().write_bytes(0xFF, 5000);
        ExFreePoolWithTag(block, SHORT);
    }
    let block = ExAllocatePool2(POOL_FLAG_NON_PAGED | POOL_FLAG_CACHE_ALIGNED, 1, TAG);
    if !block.is_null() {
        ExFreePoolWithTag(block, 0); // any tag
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
