//! Maps an MDL whose pages are not locked.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(load: load);

unsafe fn load() -> NTSTATUS {
    let block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64, TAG);
    let mdl = IoAllocateMdl(block, 64, 0, 0, null_mut());
    if CORRECTED {
        MmBuildMdlForNonPagedPool(mdl);
    }
    let address = MmMapLockedPagesSpecifyCache(mdl, KernelMode as i8, MmCached, null_mut(), 0, 0);
    MmUnmapLockedPages(address, mdl);
    IoFreeMdl(mdl);
    ExFreePoolWithTag(block, TAG);
    STATUS_SUCCESS
}
