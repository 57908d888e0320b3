//! ExAllocatePoolXxx, ExFreePoolXxx — shims.
#![allow(unsafe_code)] // Windows calling convention

use std::ffi::c_void;

use minifilter_sys::{
    POOL_FLAG_NON_PAGED, POOL_FLAG_NON_PAGED_EXECUTE, POOL_FLAG_PAGED, POOL_FLAG_UNINITIALIZED,
    POOL_TYPE,
};

use crate::export;
use crate::exports::gate::Call;
use crate::model::pool::{self, PoolKind};
use crate::verify::{self, rule};

/// `None`, the tag that ExAllocatePool without a tag gives.
const NO_TAG: u32 = u32::from_le_bytes(*b"None");
const POOL_TYPE_NX: POOL_TYPE = 512;

/// Checks that hold for every form: size, tag, executable pool.
fn checked(kind: PoolKind, size: usize, tag: u32) -> bool {
    if size == 0 {
        verify::violation(rule::POOL_ZERO_BYTES, "zero bytes asked for");
    }
    if tag == 0 {
        verify::violation(
            rule::POOL_TAG_ZERO,
            format!("{size} bytes asked for with tag 0"),
        );
    }
    if kind == PoolKind::NonPagedExecute {
        verify::hvci::judge(
            rule::POOL_EXECUTABLE,
            format!("{size} bytes of executable pool asked for"),
        );
    }
    tag != 0
}

/// The flags form: zeroed unless told otherwise, NULL for bad flags or tag.
fn allocate_by_flags(flags: u64, size: usize, tag: u32) -> *mut c_void {
    let kind = match flags & (POOL_FLAG_PAGED | POOL_FLAG_NON_PAGED | POOL_FLAG_NON_PAGED_EXECUTE) {
        POOL_FLAG_PAGED => PoolKind::Paged,
        POOL_FLAG_NON_PAGED => PoolKind::NonPaged,
        POOL_FLAG_NON_PAGED_EXECUTE => PoolKind::NonPagedExecute,
        _ => {
            verify::violation(
                rule::POOL_BAD_FLAGS,
                format!("flags {flags:#x} name no pool or several"),
            );
            return std::ptr::null_mut();
        }
    };
    if !checked(kind, size, tag) {
        return std::ptr::null_mut();
    }
    let caller = Call::current().caller;
    if flags & POOL_FLAG_UNINITIALIZED != 0 {
        pool::allocate(kind, size, tag, caller)
    } else {
        pool::allocate_zeroed(kind, size, tag, caller)
    }
}

/// The older form: never zeroed.
fn allocate_by_type(pool_type: POOL_TYPE, size: usize, tag: u32) -> *mut c_void {
    let kind = match pool_type {
        paged if paged & 1 != 0 => PoolKind::Paged,
        nx if nx & POOL_TYPE_NX != 0 => PoolKind::NonPaged,
        _ => PoolKind::NonPagedExecute,
    };
    checked(kind, size, tag);
    pool::allocate(kind, size, tag, Call::current().caller)
}

fn free(block: *mut c_void, tag: u32) {
    pool::free(block, tag);
}

export! { Dll::Ntoskrnl;
    /// `ExAllocatePool2`
    fn ExAllocatePool2(flags: u64, size: usize, tag: u32) -> *mut c_void { allocate_by_flags(flags, size, tag) }
    /// `ExAllocatePool3`
    fn ExAllocatePool3(flags: u64, size: usize, tag: u32, _parameters: *mut c_void, _count: u32) -> *mut c_void {
        allocate_by_flags(flags, size, tag)
    }
    /// `ExAllocatePoolWithTag`
    fn ExAllocatePoolWithTag(pool_type: POOL_TYPE, size: usize, tag: u32) -> *mut c_void {
        allocate_by_type(pool_type, size, tag)
    }
    /// `ExAllocatePoolWithTagPriority`
    fn ExAllocatePoolWithTagPriority(pool_type: POOL_TYPE, size: usize, tag: u32, _priority: i32) -> *mut c_void {
        allocate_by_type(pool_type, size, tag)
    }
    /// `ExAllocatePoolWithQuotaTag`
    fn ExAllocatePoolWithQuotaTag(pool_type: POOL_TYPE, size: usize, tag: u32) -> *mut c_void {
        allocate_by_type(pool_type, size, tag)
    }
    /// `ExAllocatePool`
    fn ExAllocatePool(pool_type: POOL_TYPE, size: usize) -> *mut c_void { allocate_by_type(pool_type, size, NO_TAG) }
    /// `ExFreePoolWithTag`
    fn ExFreePoolWithTag(block: *mut c_void, tag: u32) { free(block, tag) }
    /// `ExFreePool`
    fn ExFreePool(block: *mut c_void) { free(block, 0) }
    /// `ExFreePool2`
    fn ExFreePool2(block: *mut c_void, tag: u32, _parameters: *mut c_void, _count: u32) { free(block, tag) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::tests::violations_of;

    const TAG: u32 = u32::from_le_bytes(*b"Test");

    #[test]
    fn pool2_zeroes_unless_told_otherwise() {
        let _ = crate::model::thread::current();
        // SAFETY: called on a thread of the simulated kernel with plain numbers.
        let block = unsafe { ExAllocatePool2(POOL_FLAG_PAGED, 16, TAG) };
        // SAFETY: the block has 16 bytes.
        assert_eq!(unsafe { block.cast::<[u8; 16]>().read() }, [0; 16]);
        // SAFETY: `block` is a live pool block.
        unsafe { ExFreePoolWithTag(block, TAG) };
    }

    #[test]
    fn bad_requests_are_refused_and_reported() {
        let found = violations_of("ExAllocatePool2", || {
            // SAFETY: as above.
            assert!(unsafe { ExAllocatePool2(0, 16, TAG) }.is_null());
            // SAFETY: as above.
            assert!(unsafe { ExAllocatePool2(POOL_FLAG_PAGED, 16, 0) }.is_null());
        });
        assert_eq!(
            found,
            [
                "pool flags that ExAllocatePool2 refuses",
                "pool tag of zero"
            ]
        );
    }
}
