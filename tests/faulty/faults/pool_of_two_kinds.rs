//! Asks for pool that is paged and nonpaged at once.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(load: load);

unsafe fn load() -> NTSTATUS {
    let both = POOL_FLAG_NON_PAGED | POOL_FLAG_PAGED;
    let flags = if CORRECTED { POOL_FLAG_PAGED } else { both };
    let block = ExAllocatePool2(flags, 64, TAG);
    if !block.is_null() {
        ExFreePoolWithTag(block, TAG);
    }
    STATUS_SUCCESS
}
