//! Special pool — blocks that end where an inaccessible page begins, and become inaccessible when they are freed.
//!
//! A freed block's addresses are never used again. By default the first blocks that each place in the driver asks for are special, and
//! a seeded share of the later ones, so that the cost is bounded.
#![allow(unsafe_code)] // fills pages

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::str::FromStr;
use std::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::arena::{self, Arena, PAGE};
use super::{Block, GUARD, PoolKind};

/// `--special-pool` — which blocks are special.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// None.
    None,
    /// The first ones of each place and some of the later ones.
    Some,
    /// Every one that fits.
    All,
}

impl FromStr for Share {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "none" => Ok(Self::None),
            "some" => Ok(Self::Some),
            "all" => Ok(Self::All),
            _ => Err("not none, some or all".to_owned()),
        }
    }
}

/// Later blocks of a place: one in so many.
const ONE_IN: u64 = 64;
/// First blocks of a place that are special on each thread.
const FIRST: u32 = 32;
/// Larger blocks are never special.
const LARGEST: usize = 16 * PAGE;
/// Live special blocks of each pool; each costs two mappings, and each paged one a system call whenever paged memory is opened.
const MOST: [usize; 2] = [8192, 64];

static SHARE: AtomicU8 = AtomicU8::new(Share::Some as u8);
static SEED: AtomicU64 = AtomicU64::new(0);
static NONPAGED: Arena = Arena::new(16 << 30);
static PAGED: Arena = Arena::new(16 << 30);
static LIVE: [AtomicUsize; 2] = [const { AtomicUsize::new(0) }; 2];

/// The pages of a block and where it lies in them.
#[derive(Clone, Copy, Debug)]
struct Slot {
    start: usize,
    block: Block,
    bytes: usize,
    /// Who freed it.
    freed_by: Option<usize>,
}

struct Slots {
    /// By first page. Freed ones stay, for their addresses do.
    all: BTreeMap<usize, Slot>,
    /// Pages of the live ones in paged pool, and how many bytes.
    paged: BTreeMap<usize, usize>,
}

static SLOTS: Mutex<Slots> = Mutex::new(Slots {
    all: BTreeMap::new(),
    paged: BTreeMap::new(),
});

fn slots() -> MutexGuard<'static, Slots> {
    SLOTS.lock().unwrap_or_else(PoisonError::into_inner)
}

thread_local! {
    /// Blocks that each place has asked for on this thread.
    static ASKED: RefCell<HashMap<usize, u32>> = RefCell::new(HashMap::new());
}

/// Sets what is special in this run.
pub fn configure(share: Share, seed: u64) {
    SHARE.store(share as u8, Ordering::Relaxed);
    SEED.store(seed, Ordering::Relaxed);
}

/// Whether the next block that `site` asks for is special.
fn chosen(site: usize) -> bool {
    match SHARE.load(Ordering::Relaxed) {
        none if none == Share::None as u8 => false,
        all if all == Share::All as u8 => true,
        _ => {
            let asked = ASKED.with_borrow_mut(|asked| {
                let count = asked.entry(site).or_default();
                *count = count.wrapping_add(1);
                *count
            });
            let mixed = (SEED.load(Ordering::Relaxed) ^ u64::from(asked))
                .wrapping_mul(0x9E37_79B9_7F4A_7C15)
                .rotate_left(29);
            asked <= FIRST || mixed.is_multiple_of(ONE_IN)
        }
    }
}

fn arena_of(kind: PoolKind) -> (&'static Arena, usize) {
    if kind == PoolKind::Paged {
        (&PAGED, 1)
    } else {
        (&NONPAGED, 0)
    }
}

/// Where a block lies in its pages: at their start from a page on, else as close to their end as its alignment allows.
fn offset(size: usize) -> usize {
    if size >= PAGE {
        0
    } else {
        PAGE - size.next_multiple_of(16)
    }
}

/// A special block, whose bytes are unset; none when `site` is not due for one or there is no room.
pub fn allocate(block: Block) -> Option<usize> {
    if block.size == 0 || block.size > LARGEST || !chosen(block.origin.caller) {
        return None;
    }
    let (arena, pool) = arena_of(block.kind);
    if LIVE[pool].load(Ordering::Relaxed) >= MOST[pool] {
        return None;
    }
    let bytes = block.size.next_multiple_of(PAGE);
    let page = arena.extend(bytes + PAGE)?;
    let mut slots = slots();
    if !arena::set_accessible(page, bytes, true) {
        return None;
    }
    let start = page + offset(block.size);
    slots.all.insert(
        page,
        Slot {
            start,
            block,
            bytes,
            freed_by: None,
        },
    );
    if block.kind == PoolKind::Paged {
        slots.paged.insert(page, bytes);
    }
    drop(slots);
    LIVE[pool].fetch_add(1, Ordering::Relaxed);
    // SAFETY: `bytes` bytes from `page` on have just been made accessible, and nobody else knows them.
    unsafe { (page as *mut u8).write_bytes(GUARD, bytes) };
    Some(start)
}

/// Makes a special block inaccessible for good.
pub fn free(start: usize, block: &Block, freed_by: usize) {
    let page = start - offset(block.size);
    let mut slots = slots();
    slots.paged.remove(&page);
    if let Some(slot) = slots.all.get_mut(&page) {
        slot.freed_by = Some(freed_by);
        arena::discard(page, slot.bytes);
        LIVE[arena_of(block.kind).1].fetch_sub(1, Ordering::Relaxed);
    }
}

/// The bytes of its pages before and behind a block.
pub fn slack(start: usize, size: usize) -> [(usize, usize); 2] {
    let page = start - offset(size);
    let end = start + size;
    [
        (page, start - page),
        (end, page + size.next_multiple_of(PAGE) - end),
    ]
}

/// What lies at an address of special pool.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    /// Nothing that was ever a block.
    Nothing,
    /// A live block's pages.
    Live,
    /// A freed block, begun at this address and freed by this caller.
    Freed(usize, Block, usize),
    /// The page behind a block, or that before it, which begins at this address.
    Beyond(usize, Block),
}

/// Whether an address belongs to special pool.
pub fn contains(address: usize) -> bool {
    NONPAGED.contains(address) || PAGED.contains(address)
}

/// Whether an address belongs to paged special pool.
pub fn contains_paged(address: usize) -> bool {
    PAGED.contains(address)
}

/// What lies at `address`.
pub fn place_of(address: usize) -> Place {
    let slots = slots();
    let Some((page, slot)) = slots.all.range(..=address).next_back() else {
        return Place::Nothing;
    };
    match slot.freed_by {
        Some(freer) if address < page + slot.bytes + PAGE => {
            Place::Freed(slot.start, slot.block, freer)
        }
        None if address < page + slot.bytes => Place::Live,
        None if address < page + slot.bytes + PAGE => Place::Beyond(slot.start, slot.block),
        _ => Place::Nothing,
    }
}

/// Makes the live blocks of paged special pool accessible or not; false where there are none.
pub fn set_paged_accessible(accessible: bool) -> bool {
    let slots = slots();
    for (page, bytes) in &slots.paged {
        arena::set_accessible(*page, *bytes, accessible);
    }
    !slots.paged.is_empty()
}
