//! Origin — the call that made something which has to be given back, with the driver's stack as far as it was taken.
//!
//! Walking a stack costs more than most calls. So the stack is taken for the first calls of each place in the driver and for some of the
//! later ones; the others are taken to have come the way of the latest one before.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::{backtrace, modules};
use crate::exports::gate::Call;
use crate::verify::{self, Rule};

/// Calls of each place whose stack is taken on each thread, and of the later ones one in so many.
const FIRST: u32 = 16;
const ONE_IN: u32 = 64;

/// Who made a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The import.
    pub function: &'static str,
    /// Return address in the driver.
    pub caller: usize,
    /// Index of the stack.
    stack: u32,
}

/// Every stack that was taken, once.
#[derive(Default)]
struct Stacks {
    index: HashMap<Vec<usize>, u32>,
    all: Vec<Vec<usize>>,
}

static STACKS: Mutex<Option<Stacks>> = Mutex::new(None);

thread_local! {
    /// Calls of each place on this thread, and the latest stack.
    static PLACES: RefCell<HashMap<usize, (u32, u32)>> = RefCell::new(HashMap::new());
}

fn intern(frames: Vec<usize>) -> u32 {
    let mut stacks = STACKS.lock().unwrap_or_else(PoisonError::into_inner);
    let stacks = stacks.get_or_insert_default();
    if let Some(known) = stacks.index.get(&frames) {
        return *known;
    }
    let new = u32::try_from(stacks.all.len()).unwrap_or(u32::MAX);
    stacks.all.push(frames.clone());
    stacks.index.insert(frames, new);
    new
}

impl Origin {
    /// The call in progress on this thread.
    #[must_use]
    pub fn of_call() -> Self {
        let call = Call::current();
        let (due, latest) = PLACES.with_borrow_mut(|places| {
            let (calls, latest) = places.entry(call.caller).or_default();
            *calls = calls.wrapping_add(1);
            (*calls <= FIRST || calls.is_multiple_of(ONE_IN), *latest)
        });
        let stack = if due {
            intern(backtrace::of_call())
        } else {
            latest
        };
        if due {
            PLACES.with_borrow_mut(|places| {
                if let Some(place) = places.get_mut(&call.caller) {
                    place.1 = stack;
                }
            });
        }
        Self {
            function: call.function(),
            caller: call.caller,
            stack,
        }
    }

    /// `function from a.sys+0x10 < a.sys+0x20`, innermost first.
    #[must_use]
    pub fn describe(&self) -> String {
        let stacks = STACKS.lock().unwrap_or_else(PoisonError::into_inner);
        let frames = stacks
            .as_ref()
            .and_then(|stacks| stacks.all.get(self.stack as usize));
        let known = frames.filter(|frames| frames.first() == Some(&self.caller));
        let place = known.map_or_else(
            || modules::describe(self.caller),
            |frames| backtrace::describe(frames),
        );
        format!("{} from {place}", self.function)
    }

    /// Reports what was never given back, as broken by this call.
    #[cold]
    pub fn blame(&self, rule: Rule, detail: &str) {
        let text = format!("{detail} by {}", self.describe());
        verify::violation_from(rule, self.function, self.caller, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::gate::tests::in_call;
    use crate::verify::rule::POOL_LEAK;
    use crate::verify::tests::violations_of;

    #[test]
    fn a_call_is_blamed_under_its_own_name() {
        let found = violations_of("Makes", || {
            in_call("Makes", Origin::of_call).blame(POOL_LEAK, "a block");
        });
        assert_eq!(found, [POOL_LEAK.name]);
    }

    #[test]
    fn a_place_is_told_after_more_calls_than_stacks_are_taken_of() {
        let origins: Vec<_> = (0..FIRST * 2)
            .map(|_| in_call("Many", Origin::of_call))
            .collect();
        assert!(origins.iter().all(|origin| *origin == origins[0]));
        assert!(origins[0].describe().starts_with("Many from "));
    }
}
