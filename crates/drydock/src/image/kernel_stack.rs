//! Kernel stacks — as small as Windows', below each a guard, so that a driver that needs more is caught.
#![allow(unsafe_code)] // maps memory

use std::cell::RefCell;
use std::ffi::c_void;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// KERNEL_STACK_SIZE on x64.
pub const ORDINARY: usize = 0x6000;
/// KERNEL_LARGE_STACK_SIZE on x64.
pub const LARGE: usize = 0x12000;
/// Inaccessible memory on both sides. Larger than Windows' single page: a frame that steps over one is seen as well.
const GUARD: usize = 0x10000;
/// Behind the first frame, since import thunks copy more arguments than most calls have.
const SPARE: usize = 0x1000;

/// A stack for driver code; given back when dropped.
///
/// # Invariants
/// `low..high + SPARE` is a writable mapping that lives as long as the process, with inaccessible memory on both sides;
/// nobody else runs on it until it is given back.
pub struct KernelStack {
    low: usize,
    high: usize,
}

/// Every stack that was ever made, to see how deep each was used.
static MADE: Mutex<Vec<Range<usize>>> = Mutex::new(Vec::new());
/// The ones nobody uses now.
static FREE: Mutex<Vec<Range<usize>>> = Mutex::new(Vec::new());

thread_local! {
    static OWN: RefCell<Option<KernelStack>> = const { RefCell::new(None) };
}

/// The stack of this thread, made when it first enters a driver.
#[must_use]
pub fn own() -> Range<usize> {
    OWN.with_borrow_mut(|own| {
        own.get_or_insert_with(|| KernelStack::new(ORDINARY))
            .limits()
    })
}

impl KernelStack {
    /// A stack of `size` bytes, a whole number of pages.
    ///
    /// # Panics
    /// The system has no memory left for the bench.
    #[must_use]
    pub fn new(size: usize) -> Self {
        let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
        let found = free.iter().position(|limits| limits.len() == size);
        let limits = match found {
            Some(index) => free.swap_remove(index),
            None => map(size).expect("memory for a kernel stack"),
        };
        Self {
            low: limits.start,
            high: limits.end,
        }
    }

    /// What a driver may use of it.
    #[must_use]
    pub const fn limits(&self) -> Range<usize> {
        self.low..self.high
    }
}

impl Drop for KernelStack {
    fn drop(&mut self) {
        let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
        free.push(self.limits());
    }
}

fn map(size: usize) -> std::io::Result<Range<usize>> {
    let anywhere: *mut c_void = std::ptr::null_mut();
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
    let (writable, whole) = (size + SPARE, size + SPARE + 2 * GUARD);
    // SAFETY: a new mapping at an address of the system's choice touches no existing memory.
    let start = unsafe { libc::mmap(anywhere, whole, libc::PROT_NONE, flags, -1, 0) };
    if start == libc::MAP_FAILED {
        return Err(std::io::Error::last_os_error());
    }
    let low = start as usize + GUARD;
    let access = libc::PROT_READ | libc::PROT_WRITE;
    // SAFETY: `writable` bytes in the middle of the mapping just made, of which nobody knows yet.
    if unsafe { libc::mprotect(low as *mut c_void, writable, access) } != 0 {
        return Err(std::io::Error::last_os_error());
    }
    let limits = low..low + size;
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    made.push(limits.clone());
    Ok(limits)
}

/// Whether `address` is in the guard below the stack `limits`.
#[must_use]
pub fn in_guard(limits: &Range<usize>, address: usize) -> bool {
    (limits.start - GUARD..limits.start).contains(&address)
}

/// Most bytes that driver code used of a stack, nested callbacks included.
#[must_use]
pub fn deepest() -> usize {
    let made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    made.iter().map(used).max().unwrap_or(0)
}

/// A new stack is all zero; what was used is not.
fn used(limits: &Range<usize>) -> usize {
    // SAFETY: stacks stay mapped and readable for ever. A thread that still runs on this one may change words meanwhile,
    // which are of a type that allows that.
    let words = unsafe {
        std::slice::from_raw_parts(
            limits.start as *const std::sync::atomic::AtomicU64,
            limits.len() / 8,
        )
    };
    let load =
        |word: &std::sync::atomic::AtomicU64| word.load(std::sync::atomic::Ordering::Relaxed);
    let unused = words.iter().take_while(|word| load(word) == 0).count();
    limits.len() - unused * 8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_tells_how_deep_it_was_used() {
        let stack = KernelStack::new(0x3000);
        let limits = stack.limits();
        assert_eq!(limits.len(), 0x3000);
        assert_eq!(used(&limits), 0);
        // SAFETY: inside a stack of this test's own.
        unsafe { ((limits.end - 0x800) as *mut u64).write(1) };
        assert_eq!(used(&limits), 0x800);
        assert!(deepest() >= 0x800);
        assert!(in_guard(&limits, limits.start - 1) && !in_guard(&limits, limits.start));
    }
}
