//! Words of the running thread's stacks, and of nothing else: a damaged frame ends a walk instead of faulting again.
#![allow(unsafe_code)] // reads the stack by address

use std::cell::Cell;

use crate::model::thread;

thread_local! {
    /// End of this thread's own stack; 0 until it was asked for.
    static TOP: Cell<u64> = const { Cell::new(0) };
}

/// A reader of the quadwords from `low` up to the end of the stack, a kernel stack or the host's.
///
/// # Invariants
/// `low` is a stack pointer of this thread, so all of `low..top` is mapped.
#[derive(Clone, Copy)]
pub struct StackMemory {
    low: u64,
    top: u64,
}

impl StackMemory {
    /// The stack above `rsp`; none when that is not on this thread's stack.
    pub fn above(rsp: u64) -> Option<Self> {
        let kernel = thread::current().chains().top_above(rsp as usize);
        let top = kernel.map_or_else(top, |top| top as u64);
        let plausible = rsp < top && top - rsp < FARTHEST;
        plausible.then_some(Self { low: rsp, top })
    }

    /// Whether `address` is on this part of the stack.
    pub const fn covers(&self, address: u64) -> bool {
        self.low <= address && address < self.top
    }

    /// The quadword at `address`.
    pub fn read(&self, address: u64) -> Option<u64> {
        let inside = self.low <= address && address.checked_add(8)? <= self.top;
        if !inside || !address.is_multiple_of(8) {
            return None;
        }
        // SAFETY: aligned, and inside `low..top`, which the invariant says is mapped.
        Some(unsafe { (address as *const u64).read() })
    }
}

/// No stack is larger.
const FARTHEST: u64 = 64 << 20;

fn top() -> u64 {
    let known = TOP.get();
    if known != 0 {
        return known;
    }
    let found = ask().unwrap_or(0);
    TOP.set(found);
    found
}

fn ask() -> Option<u64> {
    // SAFETY: all-zero is a valid pthread_attr_t to be filled.
    let mut attributes: libc::pthread_attr_t = unsafe { std::mem::zeroed() };
    // SAFETY: pthread_self has no precondition.
    let this = unsafe { libc::pthread_self() };
    // SAFETY: the running thread exists, and the attributes are ours to be filled.
    if unsafe { libc::pthread_getattr_np(this, &raw mut attributes) } != 0 {
        return None;
    }
    let (mut low, mut size) = (std::ptr::null_mut(), 0);
    // SAFETY: the attributes were filled above; the other two are ours to be written.
    let outcome =
        unsafe { libc::pthread_attr_getstack(&raw const attributes, &raw mut low, &raw mut size) };
    // SAFETY: filled by pthread_getattr_np and not used any more.
    unsafe { libc::pthread_attr_destroy(&raw mut attributes) };
    (outcome == 0).then_some(low as u64 + size as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_stack_above_is_read() {
        let words = [17_u64, 18];
        let low = words.as_ptr() as u64;
        let memory = StackMemory::above(low).expect("a local variable is on the stack");
        assert_eq!(
            [memory.read(low), memory.read(low + 8)],
            [Some(17), Some(18)]
        );
        assert_eq!(
            [low - 8, low + 4, 0, u64::MAX - 7].map(|at| memory.read(at)),
            [None; 4]
        );
    }
}
