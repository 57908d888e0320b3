//! Memory of a process that a driver allocates by address: reserved, committed, protected, freed.
#![allow(unsafe_code)] // maps and protects memory

use std::collections::BTreeMap;
use std::ffi::c_void;
use std::sync::{Mutex, PoisonError};

use minifilter_sys::{NTSTATUS, STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_PARAMETER};

const PAGE: usize = 0x1000;
/// What reservations begin at.
const GRANULARITY: usize = 0x1_0000;
/// MEM_COMMIT.
pub const COMMIT: u32 = 0x1000;
/// MEM_RESERVE.
pub const RESERVE: u32 = 0x2000;
/// MEM_DECOMMIT.
const DECOMMIT: u32 = 0x4000;
/// MEM_RELEASE.
const RELEASE: u32 = 0x8000;

const INVALID_PAGE_PROTECTION: NTSTATUS = 0xC000_0045_u32 as NTSTATUS;
const CONFLICTING_ADDRESSES: NTSTATUS = 0xC000_0018_u32 as NTSTATUS;
const NOT_COMMITTED: NTSTATUS = 0xC000_002D_u32 as NTSTATUS;
const FREE_VM_NOT_AT_BASE: NTSTATUS = 0xC000_009F_u32 as NTSTATUS;
const MEMORY_NOT_ALLOCATED: NTSTATUS = 0xC000_00A0_u32 as NTSTATUS;
const INVALID_PARAMETER_4: NTSTATUS = 0xC000_00F2_u32 as NTSTATUS;
const INVALID_PARAMETER_5: NTSTATUS = 0xC000_00F3_u32 as NTSTATUS;

/// A reservation: its size, how it was asked for, and the protection of each page, 0 for one that is not committed.
struct Region {
    size: usize,
    pages: Vec<u32>,
}

static REGIONS: Mutex<BTreeMap<usize, Region>> = Mutex::new(BTreeMap::new());

/// The host's protection for a PAGE_ constant, whose modifiers do not change what may be done.
fn protection(page: u32) -> Option<libc::c_int> {
    let (read, write, run) = (libc::PROT_READ, libc::PROT_WRITE, libc::PROT_EXEC);
    Some(match page & 0xFF {
        0x01 => libc::PROT_NONE,
        0x02 => read,
        0x04 | 0x08 => read | write,
        0x10 => run,
        0x20 => read | run,
        0x40 | 0x80 => read | write | run,
        _ => return None,
    })
}

/// Whole pages around a range.
fn pages_of(address: usize, size: usize) -> Option<(usize, usize)> {
    let start = address & !(PAGE - 1);
    let end = address.checked_add(size)?.checked_next_multiple_of(PAGE)?;
    Some((start, end - start))
}

fn protect(start: usize, size: usize, protection: libc::c_int) -> bool {
    // SAFETY: callers pass pages of a region, in which no Rust object lives.
    unsafe { libc::mprotect(start as *mut c_void, size, protection) == 0 }
}

fn map(start: usize, size: usize) -> Result<usize, NTSTATUS> {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
    let fixed = if start == 0 {
        0
    } else {
        libc::MAP_FIXED_NOREPLACE
    };
    let wanted = if start == 0 { size + GRANULARITY } else { size };
    // SAFETY: a new mapping, which replaces none.
    let place = unsafe {
        libc::mmap(
            start as *mut c_void,
            wanted,
            libc::PROT_NONE,
            flags | fixed,
            -1,
            0,
        )
    };
    if place == libc::MAP_FAILED {
        return Err(if start == 0 {
            STATUS_INSUFFICIENT_RESOURCES
        } else {
            CONFLICTING_ADDRESSES
        });
    }
    // What lies before the first multiple stays mapped and unused.
    Ok((place as usize).next_multiple_of(if start == 0 { GRANULARITY } else { 1 }))
}

/// The region around a range, and the range's pages in it.
fn around(
    regions: &mut BTreeMap<usize, Region>,
    start: usize,
    size: usize,
) -> Option<(&mut Region, std::ops::Range<usize>)> {
    let (base, region) = regions.range_mut(..=start).next_back()?;
    let inside = start + size <= base + region.size;
    let first = (start - base) / PAGE;
    inside.then_some((region, first..first + size / PAGE))
}

fn all<R>(look: impl FnOnce(&mut BTreeMap<usize, Region>) -> R) -> R {
    look(&mut REGIONS.lock().unwrap_or_else(PoisonError::into_inner))
}

/// `ZwAllocateVirtualMemory` — base and size of what was reserved or committed.
///
/// # Errors
/// As documented for a size of zero, unknown types and protections, and addresses that are taken.
pub fn allocate(
    address: usize,
    size: usize,
    kind: u32,
    page: u32,
) -> Result<(usize, usize), NTSTATUS> {
    let host = protection(page).ok_or(INVALID_PAGE_PROTECTION)?;
    if size == 0 {
        return Err(INVALID_PARAMETER_4);
    }
    if kind & (COMMIT | RESERVE) == 0 {
        return Err(INVALID_PARAMETER_5);
    }
    let (mut start, mut size) = pages_of(address, size).ok_or(INVALID_PARAMETER_4)?;
    all(|regions| {
        if kind & RESERVE != 0 || start == 0 {
            size += start % GRANULARITY;
            start = map(start - start % GRANULARITY, size)?;
            let pages = vec![0; size / PAGE];
            regions.insert(start, Region { size, pages });
        }
        if kind & COMMIT != 0 {
            let (region, pages) = around(regions, start, size).ok_or(CONFLICTING_ADDRESSES)?;
            if !protect(start, size, host) {
                return Err(STATUS_INSUFFICIENT_RESOURCES);
            }
            region.pages[pages].fill(page);
        }
        Ok((start, size))
    })
}

/// `ZwFreeVirtualMemory` — base and size of what was released or decommitted.
///
/// # Errors
/// As documented: memory that is not allocated, or released from another address than its first.
pub fn free(address: usize, size: usize, kind: u32) -> Result<(usize, usize), NTSTATUS> {
    let (start, size) = pages_of(address, size).ok_or(STATUS_INVALID_PARAMETER)?;
    all(|regions| match kind {
        RELEASE => {
            let known = regions.range(..=start).next_back();
            let (base, region) = known
                .filter(|(base, region)| start < **base + region.size)
                .map(|(base, region)| (*base, region.size))
                .ok_or(MEMORY_NOT_ALLOCATED)?;
            if base != start || size != 0 && size != region {
                return Err(FREE_VM_NOT_AT_BASE);
            }
            regions.remove(&base);
            // SAFETY: a region of its own, in which no Rust object lives.
            unsafe { libc::munmap(base as *mut c_void, region) };
            Ok((base, region))
        }
        DECOMMIT => {
            let (region, pages) = around(regions, start, size).ok_or(MEMORY_NOT_ALLOCATED)?;
            // SAFETY: pages of a region, in which no Rust object lives.
            unsafe { libc::madvise(start as *mut c_void, size, libc::MADV_DONTNEED) };
            protect(start, size, libc::PROT_NONE);
            region.pages[pages].fill(0);
            Ok((start, size))
        }
        _ => Err(STATUS_INVALID_PARAMETER),
    })
}

/// `ZwProtectVirtualMemory` — base and size of the pages, and the protection that the first one had.
///
/// # Errors
/// As documented: an unknown protection, or pages that are not committed.
pub fn change(address: usize, size: usize, page: u32) -> Result<(usize, usize, u32), NTSTATUS> {
    let host = protection(page).ok_or(INVALID_PAGE_PROTECTION)?;
    let (start, size) = pages_of(address, size).ok_or(STATUS_INVALID_PARAMETER)?;
    all(|regions| {
        let (region, pages) = around(regions, start, size).ok_or(NOT_COMMITTED)?;
        if region.pages[pages.clone()].contains(&0) || pages.is_empty() {
            return Err(NOT_COMMITTED);
        }
        let old = region.pages[pages.start];
        if !protect(start, size, host) {
            return Err(STATUS_INSUFFICIENT_RESOURCES);
        }
        region.pages[pages].fill(page);
        Ok((start, size, old))
    })
}
