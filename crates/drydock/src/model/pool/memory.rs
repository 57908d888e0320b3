//! The memory of ordinary blocks: nonpaged ones from the host's heap, paged ones from an arena that can be closed.
#![allow(unsafe_code)] // the host's heap

use std::alloc::Layout;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::PoolKind;
use super::arena::{self, Arena, PAGE};

/// Addresses of all ordinary paged blocks.
pub static PAGED: Arena = Arena::new(8 << 30);

/// Free pieces of the paged arena by size.
static FREE: Mutex<Option<HashMap<usize, Vec<usize>>>> = Mutex::new(None);

/// Bytes that a block of the paged arena takes: a power of two below a page, else whole pages.
fn rounded(bytes: usize) -> usize {
    if bytes > PAGE / 2 {
        bytes.next_multiple_of(PAGE)
    } else {
        bytes.next_power_of_two().max(64)
    }
}

/// Memory of this layout; 0 when there is none.
pub fn take(kind: PoolKind, layout: Layout) -> usize {
    if kind != PoolKind::Paged {
        // SAFETY: layouts of pool blocks include their guards, so none is of size zero.
        return unsafe { std::alloc::alloc(layout) } as usize;
    }
    let bytes = rounded(layout.size());
    let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
    let pieces = free.get_or_insert_default().entry(bytes).or_default();
    if let Some(piece) = pieces.pop() {
        return piece;
    }
    let pages = bytes.next_multiple_of(PAGE);
    let Some(start) = PAGED
        .extend(pages)
        .filter(|start| arena::set_accessible(*start, pages, true))
    else {
        return 0;
    };
    pieces.extend((start + bytes..start + pages).step_by(bytes));
    start
}

/// Gives memory back that [`take`] gave for this kind and layout.
pub fn give_back(kind: PoolKind, start: usize, layout: Layout) {
    if kind != PoolKind::Paged {
        // SAFETY: the heap gave this memory for this very layout, and the caller owns it.
        unsafe { std::alloc::dealloc(start as *mut u8, layout) };
        return;
    }
    let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
    free.get_or_insert_default()
        .entry(rounded(layout.size()))
        .or_default()
        .push(start);
}
