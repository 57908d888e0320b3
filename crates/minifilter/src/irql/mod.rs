//! IRQL as a type: evidence, carried by reference, that this thread runs at a level no higher than stated.
//!
//! # Invariants
//! An [`Irql`] in reach of safe code means, for as long as it can be used: this thread runs at IRQL ≤ `L`, its APC
//! state is as `A` says, and it owns nothing that `W` denies. Only callback entry points make the first one of a
//! callback; every other is borrowed from it, in one of two shapes:
//! - what raises the level runs in a closure that is `Send`, so that no token and no level-bound guard gets in or out;
//! - what only changes `A` or `W` takes `&mut` of the token and keeps that borrow as long as the change lasts.

mod apc;
mod bound;
mod level;
mod raise;
mod region;
mod token;

pub use apc::{ApcState, ApcsDisabled, ApcsEnabled, ApcsOff, ApcsOn, ApcsUnknown};
pub(crate) use bound::{EvidenceOfThisThread, GuardOfThisLevel, ViewOfThisCallback};
pub use level::{Any, Apc, AtMost, Dispatch, Level, Passive};
pub(crate) use token::Brand;
pub use token::{Free, Held, Irql, Narrowing, WaitState, Waits};
