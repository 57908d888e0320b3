//! Pool — tagged blocks with a ledger, junk in fresh and freed memory, and a quarantine for freed blocks.
#![allow(unsafe_code)] // hands out raw memory and looks at what the driver left in it

mod arena;
mod memory;
pub mod special;

use std::alloc::Layout;
use std::collections::VecDeque;
use std::ffi::c_void;
use std::sync::Mutex;

use arena::PAGE;

use super::address_map::{ByAddress, shard_of};
use super::bounds::{APC, DISPATCH};
use super::origin::Origin;
use super::{modules, paged, thread};
use crate::exports::gate::Call;
use crate::verify::{self, rule};

/// Which pool a block lives in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolKind {
    /// NonPagedPoolNx — resident, usable at any level up to DISPATCH.
    NonPaged,
    /// NonPagedPool — resident and executable.
    NonPagedExecute,
    /// PagedPool — usable up to APC.
    Paged,
}

/// One live or quarantined block.
#[derive(Clone, Copy, Debug)]
pub struct Block {
    /// Bytes asked for.
    pub size: usize,
    /// Four characters, little endian.
    pub tag: u32,
    /// Its pool.
    pub kind: PoolKind,
    /// Return address of the allocating call; 0 for a block of the kernel's own.
    pub caller: usize,
    /// The call in which it was allocated, whoever owns it.
    pub origin: Origin,
    /// Whether it lies in special pool.
    pub special: bool,
}

const JUNK_FRESH: u8 = 0xCD;
const JUNK_FREED: u8 = 0xDD;
const GUARD: u8 = 0xFD;
/// Guard bytes behind a block.
const GUARD_SIZE: usize = 16;
const SHARDS: usize = 64;
/// Freed bytes that each shard keeps back.
const QUARANTINE: usize = 256 * 1024;

#[derive(Default)]
struct Shard {
    live: ByAddress<Block>,
    freed: VecDeque<(usize, Block)>,
    freed_bytes: usize,
}

static SHARDS_OF_POOL: [Mutex<Option<Shard>>; SHARDS] = [const { Mutex::new(None) }; SHARDS];

fn shard<R>(address: usize, look: impl FnOnce(&mut Shard) -> R) -> R {
    let mut slot = SHARDS_OF_POOL[shard_of(address, SHARDS)]
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    look(slot.get_or_insert_default())
}

/// Guard bytes before a block, which are also its alignment: a page from a page on, as ExAllocatePoolWithTag promises.
const fn front(size: usize) -> usize {
    if size >= PAGE { PAGE } else { GUARD_SIZE }
}

fn layout(size: usize) -> Option<Layout> {
    Layout::from_size_align(size.checked_add(front(size) + GUARD_SIZE)?, front(size)).ok()
}

/// Allocates `size` bytes filled with junk; null when there is no memory. `caller` is blamed for a leak.
#[must_use]
pub fn allocate(kind: PoolKind, size: usize, tag: u32, caller: usize) -> *mut c_void {
    check_level(kind, size);
    let _open = paged::Touch::from_any_level(kind);
    let mut block = Block {
        size,
        tag,
        kind,
        caller,
        origin: Origin::of_call(),
        special: true,
    };
    let address = special::allocate(block).unwrap_or_else(|| {
        block.special = false;
        ordinary(&block)
    });
    if address != 0 {
        // SAFETY: `size` writable bytes begin there, which nobody else knows.
        unsafe { (address as *mut u8).write_bytes(JUNK_FRESH, size) };
        shard(address, |shard| shard.live.insert(address, block));
    }
    address as *mut c_void
}

/// Memory for a block between its guards; 0 when there is none.
fn ordinary(block: &Block) -> usize {
    let Some(layout) = layout(block.size) else {
        return 0;
    };
    let start = memory::take(block.kind, layout);
    if start == 0 {
        return 0;
    }
    let address = start + front(block.size);
    // SAFETY: the layout begins with `front` bytes for this guard.
    unsafe { (start as *mut u8).write_bytes(GUARD, front(block.size)) };
    // SAFETY: behind the block the layout has GUARD_SIZE bytes.
    unsafe { ((address + block.size) as *mut u8).write_bytes(GUARD, GUARD_SIZE) };
    address
}

/// Allocates `size` zero bytes; null when there is no memory.
#[must_use]
pub fn allocate_zeroed(kind: PoolKind, size: usize, tag: u32, caller: usize) -> *mut c_void {
    let block = allocate(kind, size, tag, caller);
    if !block.is_null() {
        // SAFETY: `block` was just allocated with `size` bytes.
        unsafe { block.write_bytes(0, size) };
    }
    block
}

fn check_level(kind: PoolKind, size: usize) {
    let irql = thread::current().irql();
    if kind == PoolKind::Paged && irql > APC {
        verify::violation(
            rule::POOL_PAGED_ABOVE_APC,
            format!("paged pool of {size} bytes asked for at IRQL {irql}"),
        );
    } else if irql > DISPATCH {
        verify::violation(
            rule::POOL_NONPAGED_ABOVE_DISPATCH,
            format!("pool of {size} bytes asked for at IRQL {irql}"),
        );
    }
}

/// The live block that begins at `address`.
#[must_use]
pub fn block_at(address: *const c_void) -> Option<Block> {
    shard(address as usize, |shard| {
        shard.live.get(&(address as usize)).copied()
    })
}

/// Frees the block at `address`; a tag of 0 matches any. A bad address or a second free is a bug check.
pub fn free(address: *mut c_void, tag: u32) {
    let start = address as usize;
    let Some(block) = shard(start, |shard| shard.live.remove(&start)) else {
        bad_free(start)
    };
    let _open = paged::Touch::from_any_level(block.kind);
    check_free(&block, start, tag);
    super::objects::memory_freed(start, block.size);
    if block.special {
        special::free(start, &block, Call::current().caller);
        return;
    }
    // SAFETY: the ledger held a block of this size at this address, and it is now this call's alone.
    unsafe { (start as *mut u8).write_bytes(JUNK_FREED, block.size) };
    let evicted = shard(start, |shard| {
        shard.freed.push_back((start, block));
        shard.freed_bytes += block.size;
        let mut evicted = Vec::new();
        while shard.freed_bytes > QUARANTINE {
            let Some((old, gone)) = shard.freed.pop_front() else {
                break;
            };
            shard.freed_bytes -= gone.size;
            evicted.push((old, gone));
        }
        evicted
    });
    for (old, gone) in evicted {
        give_back(old, &gone);
    }
}

fn check_free(block: &Block, start: usize, tag: u32) {
    let irql = thread::current().irql();
    if block.kind == PoolKind::Paged && irql > APC {
        verify::violation(
            rule::POOL_PAGED_FREE_ABOVE_APC,
            format!("paged block {start:#x} freed at IRQL {irql}"),
        );
    } else if irql > DISPATCH {
        verify::violation(
            rule::POOL_NONPAGED_FREE_ABOVE_DISPATCH,
            format!("block {start:#x} freed at IRQL {irql}"),
        );
    }
    if tag != 0 && tag != block.tag {
        let detail = format!(
            "block {start:#x} of tag {} freed with tag {}",
            tag_text(block.tag),
            tag_text(tag)
        );
        verify::violation(rule::POOL_WRONG_TAG, detail);
    }
    let (guards, rules) = if block.special {
        (
            special::slack(start, block.size),
            [rule::SPECIAL_POOL_UNDERRUN, rule::SPECIAL_POOL_OVERRUN],
        )
    } else {
        let front = front(block.size);
        (
            [(start - front, front), (start + block.size, GUARD_SIZE)],
            [rule::POOL_UNDERRUN, rule::POOL_OVERRUN],
        )
    };
    for (((from, size), rule), what) in guards
        .into_iter()
        .zip(rules)
        .zip(["bytes before", "bytes behind"])
    {
        if !filled_with(from, size, GUARD) {
            verify::violation(rule, describe(what, start, block));
        }
    }
}

#[cold]
fn bad_free(start: usize) -> ! {
    let freed = shard(start, |shard| {
        shard
            .freed
            .iter()
            .find(|(old, _)| *old == start)
            .map(|(_, block)| *block)
    });
    let freed = freed
        .map(|block| (block, 0))
        .or(match special::place_of(start) {
            special::Place::Freed(at, block, freer) if at == start => Some((block, freer)),
            _ => None,
        });
    match freed {
        Some((block, freer)) => {
            let freed = format!("freed twice (first at {}):", modules::describe(freer));
            let detail = describe(&freed, start, &block);
            verify::bugcheck(0xC2, [7, 0, u64::from(block.tag), start as u64], detail)
        }
        None => verify::bugcheck(
            0xC2,
            [0x99, start as u64, 0, 0],
            format!("free of {start:#x}, which is no pool block"),
        ),
    }
}

/// Returns a block to the host's heap after a last look for writes after the free.
fn give_back(start: usize, block: &Block) {
    let _open = paged::Touch::from_any_level(block.kind);
    if !filled_with(start, block.size, JUNK_FREED) {
        verify::violation_from(
            rule::POOL_WRITTEN_AFTER_FREE,
            "pool",
            block.caller,
            describe("written after free:", start, block),
        );
    }
    if let Some(layout) = layout(block.size) {
        memory::give_back(block.kind, start - front(block.size), layout);
    }
}

fn filled_with(start: usize, size: usize, byte: u8) -> bool {
    // SAFETY: callers pass ranges inside a block that the ledger or the quarantine still owns.
    let memory = unsafe { std::slice::from_raw_parts(start as *const u8, size) };
    memory.iter().all(|found| *found == byte)
}

/// A block in words.
pub fn describe(what: &str, start: usize, block: &Block) -> String {
    format!(
        "{what} block {start:#x} of {} bytes, tag {}, {:?}, allocated by {}",
        block.size,
        tag_text(block.tag),
        block.kind,
        block.origin.describe()
    )
}

/// Whether paged blocks lie at `address`.
#[must_use]
pub fn is_paged(address: usize) -> bool {
    memory::PAGED.contains(address) || special::contains_paged(address)
}

/// Whether `address` belongs to memory that this file alone hands out.
#[must_use]
pub fn is_pool(address: usize) -> bool {
    memory::PAGED.contains(address) || special::contains(address)
}

/// Whether the page of paged pool at `address` is one that blocks may lie in now.
#[must_use]
pub fn is_live_page(address: usize) -> bool {
    memory::PAGED.used().contains(&address)
        || matches!(special::place_of(address), special::Place::Live)
}

/// Makes all paged blocks accessible or not; false where there are none.
pub fn set_paged_accessible(accessible: bool) -> bool {
    let ordinary = memory::PAGED.used();
    let any =
        !ordinary.is_empty() && arena::set_accessible(ordinary.start, ordinary.len(), accessible);
    special::set_paged_accessible(accessible) || any
}

/// A tag as its four characters.
#[must_use]
pub fn tag_text(tag: u32) -> String {
    tag.to_le_bytes()
        .iter()
        .map(|byte| {
            if byte.is_ascii_graphic() {
                char::from(*byte)
            } else {
                '.'
            }
        })
        .collect()
}

/// The live blocks that `mine` picks by their allocating caller.
#[must_use]
pub fn live_blocks(mine: impl Fn(&Block) -> bool) -> Vec<(usize, Block)> {
    let mut found = Vec::new();
    for slot in &SHARDS_OF_POOL {
        let slot = slot
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let live = slot.iter().flat_map(|shard| shard.live.iter());
        found.extend(
            live.filter(|(_, block)| mine(block))
                .map(|(address, block)| (*address, *block)),
        );
    }
    found.sort_by_key(|(address, _)| *address);
    found
}

/// Looks at every quarantined block for writes after the free, without giving memory back.
pub fn check_quarantine() {
    for slot in &SHARDS_OF_POOL {
        let slot = slot
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        for (start, block) in slot.iter().flat_map(|shard| shard.freed.iter()) {
            if !filled_with(*start, block.size, JUNK_FREED) {
                let detail = describe("written after free:", *start, block);
                verify::violation_from(rule::POOL_WRITTEN_AFTER_FREE, "pool", block.caller, detail);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::gate::tests::in_call;
    use crate::verify::tests::violations_of;

    const TAG: u32 = u32::from_le_bytes(*b"Test");

    #[test]
    fn fresh_memory_is_junk_and_zeroed_memory_is_zero() {
        let junk = allocate(PoolKind::NonPaged, 40, TAG, 0);
        assert!(filled_with(junk as usize, 40, JUNK_FRESH));
        let zero = allocate_zeroed(PoolKind::NonPaged, 40, TAG, 0);
        assert!(filled_with(zero as usize, 40, 0));
        free(junk, TAG);
        free(zero, 0);
    }

    #[test]
    fn a_block_of_a_page_or_more_begins_at_a_page() {
        for size in [PAGE, PAGE + 1, 3 * PAGE] {
            let block = allocate(PoolKind::Paged, size, TAG, 0);
            assert_eq!(block as usize % PAGE, 0);
            free(block, TAG);
        }
    }

    #[test]
    fn an_overrun_is_found_at_free() {
        let overrun = |size| {
            violations_of("overrun", || {
                let block = allocate(PoolKind::NonPaged, size, TAG, 0);
                let behind = (block as usize + size) as *mut u8;
                // SAFETY: sizes that end within a page leave room behind the block, and so do blocks too large for special pool.
                unsafe { behind.write(0) };
                in_call("overrun", || free(block, TAG));
            })
        };
        assert_eq!(overrun(8), ["special pool block overrun"]);
        assert_eq!(overrun(100 * PAGE), ["pool block overrun"]);
    }

    #[test]
    fn a_wrong_tag_is_found_at_free() {
        let found = violations_of("tag", || {
            let block = allocate(PoolKind::NonPaged, 8, TAG, 0);
            in_call("tag", || free(block, 1));
        });
        assert_eq!(found, ["pool freed with another tag"]);
    }

    #[test]
    fn paged_pool_at_dispatch_is_reported() {
        let found = violations_of("paged", || {
            thread::current().set_irql(DISPATCH);
            in_call("paged", || free(allocate(PoolKind::Paged, 8, TAG, 0), TAG));
        });
        assert_eq!(
            found,
            ["paged pool used above APC", "paged pool freed above APC"]
        );
    }

    #[test]
    fn a_live_block_is_listed_under_its_caller() {
        let block = allocate(PoolKind::Paged, 24, TAG, 0xABCD);
        let mine = |block: &Block| block.caller == 0xABCD;
        assert_eq!(live_blocks(mine).len(), 1);
        free(block, TAG);
        assert!(live_blocks(mine).is_empty());
    }
}
