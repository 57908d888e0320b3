//! Lookaside lists — each entry is a pool block of its own, so that misuse of one is caught.

use super::address_map::AddressMap;
use super::objects::{self, Kind};
use super::pool::{self, PoolKind};
use crate::exports::gate::Call;
use crate::verify::{self, fault, rule};
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
}

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
    if fault::strikes() {
        return std::ptr::null_mut();
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
    pool::free(block, entries.tag);
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
