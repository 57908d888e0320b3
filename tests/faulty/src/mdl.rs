//! What the headers have for MDLs inline.
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use minifilter_sys::*;

/// `MmGetSystemAddressForMdlSafe` — the address of a locked or nonpaged buffer for any process; null if there is none.
///
/// # Safety
/// The MDL is live.
pub unsafe fn system_address(mdl: PMDL) -> PVOID {
    if (*mdl).MdlFlags & (MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL) != 0 {
        return (*mdl).MappedSystemVa;
    }
    let priority = NormalPagePriority as ULONG;
    MmMapLockedPagesSpecifyCache(mdl, KernelMode as _, MmCached, null_mut(), 0, priority)
}

/// An MDL of nonpaged pool; null if there is no memory.
///
/// # Safety
/// The block has `length` bytes.
pub unsafe fn describe(block: PVOID, length: ULONG) -> PMDL {
    let mdl = IoAllocateMdl(block, length, 0, 0, null_mut());
    if !mdl.is_null() {
        MmBuildMdlForNonPagedPool(mdl);
    }
    mdl
}
