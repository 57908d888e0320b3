//! Allocates pool with a tag of zero.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use ringfence_faulty::*;

driver!(load: load);

unsafe fn load() -> NTSTATUS {
    let tag = if CORRECTED { TAG } else { 0 };
    let block = ExAllocatePoolWithTag(NonPagedPoolNx, 64, tag);
    if !block.is_null() {
        ExFreePoolWithTag(block, tag);
    }
    STATUS_SUCCESS
}
