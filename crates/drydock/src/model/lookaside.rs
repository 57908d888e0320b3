//! Lookaside lists — each entry is a pool block of its own, so that misuse of one is caught.
#![allow(unsafe_code)] // calls the driver's routines

use super::address_map::AddressMap;
use super::objects::{self, Kind};
use super::pool::{self, PoolKind};
use super::thread::{self, Site};
use crate::exports::gate::Call;
use crate::verify::{self, rule};
use std::ffi::c_void;
use std::sync::Arc;

/// What the list hands out.
#[derive(Clone, Copy, Debug)]
pub struct Entries {
    /// Their pool.
    pub kind: PoolKind,
    /// Their bytes.
    pub size: usize,
    /// Their tag.
    pub tag: u32,
    /// The POOL_TYPE that a routine of the driver's own is told.
    pub pool_type: i32,
    /// The driver's own allocate routine; 0 for none.
    pub allocate: usize,
    /// The driver's own free routine; 0 for none.
    pub free: usize,
}

/// PALLOCATE_FUNCTION, and PALLOCATE_FUNCTION_EX with the list in the fourth register.
type Allocate = unsafe extern "win64" fn(i32, usize, u32, usize) -> *mut c_void;
/// PFREE_FUNCTION, and PFREE_FUNCTION_EX with the list in the second register.
type Free = unsafe extern "win64" fn(*mut c_void, usize);

/// LOOKASIDE_MINIMUM_BLOCK_SIZE: free entries are linked through themselves.
const LEAST: usize = 16;

static LISTS: AddressMap<Entries> = AddressMap::new();

/// `ExInitialize…LookasideList…` — makes the list at `address` hand out `entries`.
pub fn initialize(address: usize, entries: Entries) {
    if objects::initialised(address, Kind::Lookaside, Call::current().caller)
        == Some(Kind::Lookaside)
    {
        verify::violation(
            rule::LOOKASIDE_INITIALISED_TWICE,
            format!("lookaside list {address:#x}"),
        );
    }
    if entries.size < LEAST {
        let detail = format!("entries of {} bytes, {LEAST} at least", entries.size);
        verify::violation(rule::LOOKASIDE_TOO_SMALL, detail);
    }
    LISTS.insert(address, Arc::new(entries));
}

/// `ExDelete…LookasideList…` — ends the life of the list.
pub fn delete(address: usize) {
    objects::deleted(address);
    if LISTS.remove(address).is_none() {
        verify::violation(
            rule::LOOKASIDE_UNINITIALISED,
            format!("lookaside list {address:#x} deleted"),
        );
    }
}

/// `ExAllocateFrom…LookasideList…` — a block of the list's size; null when there is no memory.
#[must_use]
pub fn allocate(address: usize) -> *mut c_void {
    let Some(entries) = LISTS.get(address) else {
        verify::violation(
            rule::LOOKASIDE_UNINITIALISED,
            format!("lookaside list {address:#x} used"),
        );
        return std::ptr::null_mut();
    };
    if entries.allocate != 0 {
        return call(entries.allocate, |code| {
            // SAFETY: the driver gave this routine with the list; the simpler form ignores the fourth argument.
            let allocate = unsafe { std::mem::transmute::<usize, Allocate>(code) };
            // SAFETY: as above.
            unsafe { allocate(entries.pool_type, entries.size, entries.tag, address) }
        });
    }
    pool::allocate(
        entries.kind,
        entries.size,
        entries.tag,
        Call::current().caller,
    )
}

/// `ExFreeTo…LookasideList…` — gives a block back.
pub fn free(address: usize, block: *mut c_void) {
    let Some(entries) = LISTS.get(address) else {
        verify::violation(
            rule::LOOKASIDE_UNINITIALISED,
            format!("lookaside list {address:#x} used"),
        );
        return;
    };
    if entries.free != 0 {
        return call_free(entries.free, block, address);
    }
    pool::free(block, entries.tag);
}

fn call_free(free: usize, block: *mut c_void, address: usize) {
    call(free, |code| {
        // SAFETY: the driver gave this routine with the list; the simpler form ignores the second argument.
        let free = unsafe { std::mem::transmute::<usize, Free>(code) };
        // SAFETY: as above.
        unsafe { free(block, address) }
    });
}

/// Calls a routine of the driver's own at the level of its caller.
fn call<R>(code: usize, routine: impl FnOnce(usize) -> R) -> R {
    let site = Site {
        name: "lookaside routine",
        code,
    };
    thread::call_driver(site, thread::current().irql(), || routine(code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::tests::violations_of;

    #[test]
    fn a_list_hands_out_blocks_of_its_size() {
        let at = 0x30_0000;
        initialize(
            at,
            Entries {
                kind: PoolKind::Paged,
                size: 48,
                tag: 7,
                pool_type: 1,
                allocate: 0,
                free: 0,
            },
        );
        let block = allocate(at);
        let found = pool::block_at(block).expect("a live block");
        assert_eq!(
            (found.size, found.tag, found.kind),
            (48, 7, PoolKind::Paged)
        );
        free(at, block);
        delete(at);
    }

    #[test]
    fn using_a_deleted_list_is_reported() {
        let found = violations_of("", || {
            assert!(allocate(0x30_1000).is_null());
        });
        assert_eq!(found, ["lookaside list used or deleted uninitialised"]);
    }
}
