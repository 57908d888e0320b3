//! MDL — descriptions of buffers that drivers make: allocated, locked, mapped, freed.
#![allow(unsafe_code)] // MDLs are memory that drivers read inline

use std::ffi::c_void;

use minifilter_sys::{
    MDL, MDL_MAPPED_TO_SYSTEM_VA, MDL_PAGES_LOCKED, MDL_PARTIAL, MDL_PARTIAL_HAS_BEEN_MAPPED,
    MDL_SOURCE_IS_NONPAGED_POOL, MDL_WRITE_OPERATION, PMDL,
};

use super::pool::{self, PoolKind};
use crate::verify::{self, Rule, rule};

const PAGE: usize = 0x1000;
/// MmUserProbeAddress: a program's buffers end here.
const USER_END: usize = 0x7FFF_FFFF_0000;
/// Tag of the pool that MDLs lie in.
const TAG: u32 = u32::from_le_bytes(*b"Mdl ");

/// `IoAllocateMdl` — describes `length` bytes at `address`; null when there is no memory. `caller` is blamed for a leak.
#[must_use]
pub fn allocate(address: usize, length: u32, caller: usize) -> PMDL {
    let offset = address % PAGE;
    let pages = (offset + length as usize).div_ceil(PAGE);
    let size = size_of::<MDL>() + pages * size_of::<usize>();
    let memory = pool::allocate_zeroed(PoolKind::NonPaged, size, TAG, caller);
    if !memory.is_null() {
        let description = MDL {
            Next: std::ptr::null_mut(),
            Size: i16::try_from(size).unwrap_or(i16::MAX),
            MdlFlags: 0,
            Process: std::ptr::null_mut(),
            MappedSystemVa: std::ptr::null_mut(),
            StartVa: (address - offset) as *mut c_void,
            ByteCount: length,
            ByteOffset: offset as u32,
        };
        // SAFETY: the block was just allocated and is longer than an MDL.
        unsafe { memory.cast::<MDL>().write(description) };
    }
    memory.cast()
}

/// `IoFreeMdl` — a bad address is a bug check.
pub fn free(mdl: PMDL) {
    if pool::block_at(mdl.cast()).is_some_and(|block| block.tag == TAG) {
        let flags = flags(mdl);
        // MmUnlockPages takes the mapping away too, so that this is the one thing forgotten.
        if flags & MDL_PAGES_LOCKED != 0 {
            misused(rule::MDL_LEFT_LOCKED, mdl, "freed without MmUnlockPages");
        } else if flags & MDL_MAPPED_TO_SYSTEM_VA != 0 && flags & MDL_PARTIAL == 0 {
            misused(
                rule::MDL_FREED_MAPPED,
                mdl,
                "freed without MmUnmapLockedPages",
            );
        }
    }
    pool::free(mdl.cast(), TAG);
}

/// Whether the pool block at `address`, of tag `tag`, is an MDL with locked pages.
#[must_use]
pub fn is_locked(address: usize, tag: u32) -> bool {
    tag == TAG && flags(address as PMDL) & MDL_PAGES_LOCKED != 0
}

fn flags(mdl: PMDL) -> i16 {
    // SAFETY: the driver passes an MDL that it allocated or got with an operation; a bad one faults and is reported.
    unsafe { (*mdl).MdlFlags }
}

fn start_of(mdl: PMDL) -> usize {
    // SAFETY: as in `flags`.
    unsafe { (*mdl).StartVa as usize }
}

/// Whether the MDL describes memory that begins at `address`, or is mapped there.
#[must_use]
pub fn describes(mdl: PMDL, address: usize) -> bool {
    let mut described = false;
    change(mdl, |mdl| {
        let first = mdl.StartVa as usize + mdl.ByteOffset as usize;
        described = first == address || mdl.MappedSystemVa as usize == address;
    });
    described
}

#[cold]
fn misused(rule: Rule, mdl: PMDL, what: &str) {
    verify::violation(
        rule,
        format!("MDL {mdl:p} with flags {:#x} {what}", flags(mdl)),
    );
}

/// Frees an MDL if it is a live one that [`allocate`] made.
pub fn free_if_allocated(mdl: PMDL) {
    if pool::block_at(mdl.cast()).is_some_and(|block| block.tag == TAG) {
        pool::free(mdl.cast(), TAG);
    }
}

fn change(mdl: PMDL, change: impl FnOnce(&mut MDL)) {
    // SAFETY: the driver passes an MDL that it allocated or got with an operation; a bad one faults and is reported.
    change(unsafe { &mut *mdl });
}

/// `MmBuildMdlForNonPagedPool` — the buffer is resident and needs no mapping.
pub fn build_for_nonpaged(mdl: PMDL) {
    if pool::is_paged(start_of(mdl)) {
        misused(rule::MDL_OF_PAGED_BUILT, mdl, "describes paged pool");
    }
    change(mdl, |mdl| {
        mdl.MdlFlags |= MDL_SOURCE_IS_NONPAGED_POOL;
        mdl.MappedSystemVa = mdl.StartVa.wrapping_byte_add(mdl.ByteOffset as usize);
    });
}

/// `IoBuildPartialMdl` — describes by `target` what `source` has from `address` on, all of it where `length` is 0. A target
/// without room for these pages is a bug check.
pub fn build_partial(source: PMDL, target: PMDL, address: usize, length: u32) {
    const INHERITED: i16 = MDL_SOURCE_IS_NONPAGED_POOL | MDL_MAPPED_TO_SYSTEM_VA;
    let mut whole = None;
    change(source, |mdl| whole = Some(*mdl));
    let Some(whole) = whole else { return };
    let skipped = address.wrapping_sub(whole.StartVa as usize + whole.ByteOffset as usize);
    let rest = whole.ByteCount.saturating_sub(skipped as u32);
    let length = if length == 0 { rest } else { length };
    let offset = address % PAGE;
    let needed = size_of::<MDL>() + (offset + length as usize).div_ceil(PAGE) * size_of::<usize>();
    change(target, |mdl| {
        if needed > mdl.Size as usize {
            let detail = format!("{length} bytes at {address:#x} do not fit into MDL {target:p}");
            verify::bugcheck(0x40, [0; 4], detail);
        }
        mdl.Process = whole.Process;
        mdl.StartVa = (address - offset) as *mut c_void;
        mdl.ByteOffset = offset as u32;
        mdl.ByteCount = length;
        mdl.MdlFlags = MDL_PARTIAL | whole.MdlFlags & INHERITED;
        mdl.MappedSystemVa = whole.MappedSystemVa.wrapping_byte_add(skipped);
    });
}

/// `MmProbeAndLockPages` — the first address of the buffer that cannot be locked: not there, not writable when it is to be
/// written, or not a program's when the buffer is (`user`).
pub fn inaccessible(mdl: PMDL, user: bool, write: bool) -> Option<usize> {
    let (mut first, mut length) = (0, 0);
    change(mdl, |mdl| {
        first = mdl.StartVa as usize + mdl.ByteOffset as usize;
        length = mdl.ByteCount as usize;
    });
    let Some(end) = first
        .checked_add(length)
        .filter(|end| !user || *end <= USER_END)
    else {
        return Some(first);
    };
    let pages = (first - first % PAGE..end).step_by(PAGE);
    pages
        .map(|page| page.max(first))
        .find(|address| !accessible(*address, write))
}

/// Reads a byte, and writes it back, without a fault.
fn accessible(address: usize, write: bool) -> bool {
    let mut byte = 0_u8;
    let here = libc::iovec {
        iov_base: (&raw mut byte).cast(),
        iov_len: 1,
    };
    let there = libc::iovec {
        iov_base: address as *mut c_void,
        iov_len: 1,
    };
    let process = std::process::id() as libc::pid_t;
    // SAFETY: `here` is a byte of this function's own; a bad address `there` is an error.
    let read =
        unsafe { libc::process_vm_readv(process, &raw const here, 1, &raw const there, 1, 0) };
    if read != 1 || !write {
        return read == 1;
    }
    // SAFETY: as above. The byte keeps its value; the real kernel's probe writes it back in the same way.
    let written =
        unsafe { libc::process_vm_writev(process, &raw const here, 1, &raw const there, 1, 0) };
    written == 1
}

/// `MmProbeAndLockPages` — keeps the buffer in memory; `write` says what for.
pub fn lock(mdl: PMDL, write: bool) {
    const WRONG: i16 =
        MDL_PAGES_LOCKED | MDL_SOURCE_IS_NONPAGED_POOL | MDL_PARTIAL | MDL_MAPPED_TO_SYSTEM_VA;
    if flags(mdl) & WRONG != 0 {
        misused(rule::MDL_LOCKED_WITH_FLAGS, mdl, "locked");
    }
    change(mdl, |mdl| {
        mdl.MdlFlags |= MDL_PAGES_LOCKED | if write { MDL_WRITE_OPERATION } else { 0 };
    });
}

/// `MmUnlockPages` — ends that, and the mapping with it.
pub fn unlock(mdl: PMDL) {
    if flags(mdl) & MDL_SOURCE_IS_NONPAGED_POOL != 0 {
        misused(rule::MDL_OF_NONPAGED_UNLOCKED, mdl, "unlocked");
    } else if flags(mdl) & MDL_PAGES_LOCKED == 0 {
        misused(rule::MDL_NOT_LOCKED, mdl, "unlocked");
    }
    change(mdl, |mdl| {
        mdl.MdlFlags &= !(MDL_PAGES_LOCKED | MDL_WRITE_OPERATION | MDL_MAPPED_TO_SYSTEM_VA);
    });
}

/// `MmMapLockedPagesSpecifyCache` — where the buffer can be reached from any process.
pub fn map(mdl: PMDL) -> *mut c_void {
    if flags(mdl) & (MDL_PAGES_LOCKED | MDL_PARTIAL | MDL_SOURCE_IS_NONPAGED_POOL) == 0 {
        misused(rule::MDL_MAPPED_UNLOCKED, mdl, "mapped");
    } else if flags(mdl) & MDL_MAPPED_TO_SYSTEM_VA != 0 {
        misused(rule::MDL_MAPPED_TWICE, mdl, "mapped");
    }
    let mut mapped = std::ptr::null_mut();
    change(mdl, |mdl| {
        mdl.MappedSystemVa = mdl.StartVa.wrapping_byte_add(mdl.ByteOffset as usize);
        mdl.MdlFlags |= MDL_MAPPED_TO_SYSTEM_VA;
        if mdl.MdlFlags & MDL_PARTIAL != 0 {
            mdl.MdlFlags |= MDL_PARTIAL_HAS_BEEN_MAPPED;
        }
        mapped = mdl.MappedSystemVa;
    });
    mapped
}

/// `MmUnmapLockedPages` — ends the mapping.
pub fn unmap(mdl: PMDL) {
    change(mdl, |mdl| {
        mdl.MdlFlags &= !(MDL_MAPPED_TO_SYSTEM_VA | MDL_PARTIAL_HAS_BEEN_MAPPED);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mm_probe_and_lock_pages_wants_every_page_there_and_writable() {
        let _ = crate::model::thread::current();
        static CONSTANT: [u8; 8] = [1; 8];
        let (constant, local) = (CONSTANT.as_ptr() as usize, [0_u8; 8]);
        let probe = |address, user, write| {
            let mdl = allocate(address, 8, 0);
            let found = inaccessible(mdl, user, write);
            free(mdl);
            found
        };
        assert_eq!(probe(local.as_ptr() as usize, true, true), None);
        assert_eq!(probe(constant, true, false), None);
        assert_eq!(probe(constant, true, true), Some(constant));
        assert_eq!(probe(0x1000, false, false), Some(0x1000));
        assert_eq!(
            probe(0xFFFF_8000_0000_0000, true, false),
            Some(0xFFFF_8000_0000_0000)
        );
    }

    #[test]
    fn io_build_partial_mdl_describes_a_part_and_uses_the_mapping_of_the_whole() {
        let _ = crate::model::thread::current();
        let bytes = vec![0_u8; 3 * PAGE];
        let start = bytes.as_ptr() as usize;
        let whole = allocate(start, 3 * PAGE as u32, 0);
        lock(whole, true);
        let part = allocate(start, 2 * PAGE as u32, 0);
        build_partial(whole, part, start + PAGE, 0);
        assert_eq!(flags(part), MDL_PARTIAL);
        // SAFETY: the MDL is live.
        assert_eq!(unsafe { part.read() }.ByteCount, 2 * PAGE as u32);
        assert_eq!(map(part) as usize, start + PAGE);
        assert_ne!(flags(part) & MDL_PARTIAL_HAS_BEEN_MAPPED, 0);
        unmap(part);
        map(whole);
        build_partial(whole, part, start + 10, 20);
        assert_eq!(flags(part), MDL_PARTIAL | MDL_MAPPED_TO_SYSTEM_VA);
        // SAFETY: the MDL is live.
        let description = unsafe { part.read() };
        assert_eq!(description.MappedSystemVa as usize, start + 10);
        assert_eq!(description.ByteCount, 20);
        free(part);
        unlock(whole);
        free(whole);
    }

    #[test]
    fn a_locked_buffer_is_mapped_where_it_is() {
        let _ = crate::model::thread::current();
        let bytes = vec![0_u8; 3 * PAGE];
        let inside = bytes.as_ptr() as usize + 100;
        let mdl = allocate(inside, 2 * PAGE as u32, 0);
        lock(mdl, true);
        assert_eq!(map(mdl) as usize, inside);
        // SAFETY: the MDL is live.
        let description = unsafe { mdl.read() };
        assert_eq!(
            description.MdlFlags,
            MDL_PAGES_LOCKED | MDL_WRITE_OPERATION | MDL_MAPPED_TO_SYSTEM_VA
        );
        assert_eq!(description.ByteOffset as usize, inside % PAGE);
        unlock(mdl);
        free(mdl);
    }
}
