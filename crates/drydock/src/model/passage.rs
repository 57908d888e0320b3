//! Passages — calls through the bench into the driver, and what is put right when an exception of the driver goes past one.
//!
//! A handler that takes an exception of a callback may belong to code that called an import, which led to the callback. The
//! frames of the bench in between are then left behind, not unwound: whatever they would have done at their end is done by
//! the closures of their passages, innermost first. What has none stays as it is, as what Windows' own frames hold would.
#![allow(unsafe_code)] // a chain of locals on this thread's stack

use std::cell::Cell;

use crate::exports::gate::Call;

thread_local! {
    static INNERMOST: Cell<*const Passage<'static>> = const { Cell::new(std::ptr::null()) };
}

/// Passage — a call in progress that an exception may go past.
///
/// # Invariants
/// Lives on the host's stack of its thread, in a frame that stays until the chain no longer leads to it.
struct Passage<'call> {
    outer: *const Passage<'static>,
    left: &'call dyn Fn(),
    call: Call,
}

/// Runs `run`; an exception that goes past it calls `left` instead of coming back.
pub fn through<R>(left: &dyn Fn(), run: impl FnOnce() -> R) -> R {
    let outer = INNERMOST.get();
    let passage = Passage {
        outer,
        left,
        call: Call::save(),
    };
    INNERMOST.set((&raw const passage).cast());
    let result = run();
    INNERMOST.set(outer);
    result
}

/// Whether one of the calls of imports that led to the driver code which now runs is such a one.
#[must_use]
pub fn is_within(such: impl Fn(&Call) -> bool) -> bool {
    let mut passage = INNERMOST.get();
    // SAFETY: null, or alive by the invariant.
    while let Some(found) = unsafe { passage.as_ref() } {
        if such(&found.call) {
            return true;
        }
        passage = found.outer;
    }
    false
}

/// Leaves the passages below `rsp` of the host's stack, whose frames go.
pub fn leave_below(rsp: usize) {
    let innermost = || INNERMOST.get();
    // SAFETY: null, or alive by the invariant: this runs before the stack is cut.
    while let Some(passage) = unsafe { innermost().as_ref() } {
        if std::ptr::from_ref(passage) as usize > rsp {
            break;
        }
        INNERMOST.set(passage.outer);
        (passage.left)();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    #[test]
    fn what_an_exception_goes_past_is_put_right_from_within() {
        let order = RefCell::new(Vec::new());
        let note = |name: &'static str| order.borrow_mut().push(name);
        through(&|| note("outer"), || {
            let here = 0_u8;
            let place = std::hint::black_box(&raw const here) as usize;
            #[inline(never)]
            fn deeper(run: &dyn Fn()) {
                run();
            }
            deeper(&|| through(&|| note("inner"), || leave_below(place)));
        });
        assert_eq!(*order.borrow(), ["inner"]);
        assert!(INNERMOST.get().is_null());
    }
}
