//! Atomic views of words in driver memory, in which the kernel keeps its small locks.
#![allow(unsafe_code)] // looks at driver memory

use std::sync::atomic::{AtomicI32, AtomicUsize};

use crate::verify;

/// The pointer-sized word at `address`; a misaligned lock is a bug check, a bad address faults as in Windows.
#[must_use]
pub fn word(address: usize) -> &'static AtomicUsize {
    require_alignment(address, 8);
    // SAFETY: aligned; drivers keep kernel locks in memory that lives as long as the lock is used, and touch it through
    // kernel calls only.
    unsafe { AtomicUsize::from_ptr(address as *mut usize) }
}

/// The LONG at `address`.
#[must_use]
pub fn long(address: usize) -> &'static AtomicI32 {
    require_alignment(address, 4);
    // SAFETY: as for `word`.
    unsafe { AtomicI32::from_ptr(address as *mut i32) }
}

fn require_alignment(address: usize, alignment: usize) {
    if !address.is_multiple_of(alignment) {
        let detail =
            format!("synchronization object at {address:#x} is not {alignment}-byte aligned");
        verify::bugcheck(0xC4, [0xE1, address as u64, 0, 0], detail);
    }
}
