#![allow(unsafe_code)] // the kernel's functions

//! Pool memory.

use minifilter_sys::{POOL_FLAGS, PVOID, SIZE_T, ULONG};

ddi! {
    ExAllocatePool2 <= Apc: fn(flags: POOL_FLAGS, bytes: SIZE_T, tag: ULONG) -> PVOID;
    allocate_nonpaged = ExAllocatePool2 <= Dispatch when "the pool is nonpaged": fn(flags: POOL_FLAGS, bytes: SIZE_T, tag: ULONG) -> PVOID;
    ExFreePoolWithTag <= Apc: fn(block: PVOID, tag: ULONG);
    free_nonpaged = ExFreePoolWithTag <= Dispatch when "the block is nonpaged": fn(block: PVOID, tag: ULONG);
}
