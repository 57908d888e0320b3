//! A reserved stretch of addresses whose pages are made accessible one after the other, from its start.
#![allow(unsafe_code)] // maps memory

use std::ffi::c_void;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes of a page.
pub const PAGE: usize = 0x1000;

/// Addresses that belong to one kind of memory for ever.
///
/// # Invariants
/// `base..base + size` is a mapping that is never given back; `used` pages of it from the start have been handed out.
pub struct Arena {
    size: usize,
    base: OnceLock<usize>,
    used: AtomicUsize,
}

impl Arena {
    /// An arena of `size` bytes, reserved at its first use.
    pub const fn new(size: usize) -> Self {
        Self {
            size,
            base: OnceLock::new(),
            used: AtomicUsize::new(0),
        }
    }

    /// First address; 0 where the host gives no addresses.
    fn base(&self) -> usize {
        *self.base.get_or_init(|| {
            let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
            let anywhere: *mut c_void = std::ptr::null_mut();
            // SAFETY: a new mapping at an address of the system's choice touches no existing memory.
            let address = unsafe { libc::mmap(anywhere, self.size, libc::PROT_NONE, flags, -1, 0) };
            if address == libc::MAP_FAILED {
                0
            } else {
                address as usize
            }
        })
    }

    /// The addresses handed out so far.
    pub fn used(&self) -> std::ops::Range<usize> {
        let base = self.base.get().copied().unwrap_or(0);
        base..base + self.used.load(Ordering::Acquire)
    }

    /// Whether an address lies in the arena.
    pub fn contains(&self, address: usize) -> bool {
        let base = self.base.get().copied().unwrap_or(0);
        base != 0 && (base..base + self.size).contains(&address)
    }

    /// The next `bytes`, whole pages, inaccessible as yet; none when the arena is used up.
    pub fn extend(&self, bytes: usize) -> Option<usize> {
        let base = self.base();
        let more = |used: usize| used.checked_add(bytes).filter(|end| *end <= self.size);
        let used = self
            .used
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, more)
            .ok()?;
        (base != 0).then_some(base + used)
    }
}

/// Makes pages accessible or inaccessible; false when the host has no memory for that.
pub fn set_accessible(start: usize, bytes: usize, accessible: bool) -> bool {
    let protection = if accessible {
        libc::PROT_READ | libc::PROT_WRITE
    } else {
        libc::PROT_NONE
    };
    // SAFETY: callers pass whole pages of an arena, in which no Rust object lives.
    unsafe { libc::mprotect(start as *mut c_void, bytes, protection) == 0 }
}

/// Gives the memory behind pages back and makes them inaccessible.
pub fn discard(start: usize, bytes: usize) {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE | libc::MAP_FIXED;
    // SAFETY: callers pass whole pages of an arena, in which no Rust object lives; a new mapping replaces the old one.
    let mapped = unsafe { libc::mmap(start as *mut c_void, bytes, libc::PROT_NONE, flags, -1, 0) };
    if mapped == libc::MAP_FAILED {
        // No memory to split the mapping: the pages stay as they are, inaccessible at best.
        set_accessible(start, bytes, false);
    }
}
