//! Frees an MDL of nonpaged pool without unmapping what it mapped.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use ringfence_faulty::*;

driver!(operations: &[on(IRP_MJ_CREATE, Some(pre_create), None), OPERATIONS_END]);

unsafe extern "C" fn pre_create(
    _data: PFLT_CALLBACK_DATA,
    _objects: PCFLT_RELATED_OBJECTS,
    _completion: *mut PVOID,
) -> FLT_PREOP_CALLBACK_STATUS {
    if first() {
        let block = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64, TAG);
        let mdl = IoAllocateMdl(block, 64, 0, 0, null_mut());
        MmBuildMdlForNonPagedPool(mdl);
        let address =
            MmMapLockedPagesSpecifyCache(mdl, KernelMode as _, MmCached, null_mut(), 0, 0);
        if CORRECTED {
            MmUnmapLockedPages(address, mdl);
        }
        IoFreeMdl(mdl);
        ExFreePoolWithTag(block, TAG);
    }
    FLT_PREOP_SUCCESS_NO_CALLBACK
}
