#![allow(unsafe_code)] // the kernel's functions

//! Every kernel function the library calls, with its bound in the signature.
//!
//! The tables below are the only place that names `minifilter_sys` functions. A row reads
//! `Function <= Level: fn(arguments) -> result;`, with `, ApcsEnabled` or `, ApcsDisabled` after the level where the call
//! needs that. A row `name = Function <= Level when "condition": …` is the looser bound that the function's page grants
//! under a condition; whoever calls it proves the condition. A test compares every row with `tests/facts/ddi.csv`.

use crate::irql::{ApcsUnknown, Held, Irql, Level};

/// Evidence for a call made by `Drop`, which gets no token.
///
/// # Safety
/// The value being dropped must be confined to IRQL ≤ `L`: it is not `Send` and was made at such a level, or `L` is
/// `Dispatch` and it is `Send` (law L3: what is `Send` may be dropped at any level up to DISPATCH_LEVEL, not above).
pub(crate) const unsafe fn at_drop<'d, L: Level>() -> Irql<'d, L, ApcsUnknown, Held> {
    // SAFETY: the caller promises the level; the other two states claim nothing.
    unsafe { Irql::assume() }
}

/// Keeps the call before it from becoming a tail call: Driver Verifier's Filter Verifier finds the caller of an FltMgr
/// function through the return address, which a `jmp` would take away.
#[inline(always)]
fn no_tail_call() {
    // SAFETY: an empty instruction sequence touches neither memory nor registers nor flags.
    unsafe { core::arch::asm!("", options(nomem, nostack, preserves_flags)) };
}

macro_rules! ddi {
    ($($name:ident $(= $kernel:ident)? <= $level:ident $(, $apcs:ident)? $(when $condition:literal)?
        : fn($($arg:ident: $type:ty),* $(,)?) $(-> $ret:ty)?;)+) => {$(
        ddi!(@fn $name, [$($kernel)? $name], $level, [$($apcs)? ApcState], ($($arg: $type),*), [$($ret)?]);
    )+};
    (@fn $name:ident, [$kernel:ident $($_k:ident)?], $level:ident, [$apcs:ident $($_a:ident)?],
        ($($arg:ident: $type:ty),*), [$($ret:ty)?]) => {
        /// # Safety
        /// What the function's page demands beyond the level and the APC state, which the token proves.
        #[inline(always)]
        #[allow(non_snake_case, reason = "the kernel's own name")]
        #[allow(clippy::too_many_arguments, reason = "the kernel's own arguments")]
        pub(crate) unsafe fn $name<L, A, W>(
            _irql: &$crate::irql::Irql<'_, L, A, W>,
            $($arg: $type),*
        ) $(-> $ret)?
        where
            L: $crate::irql::AtMost<$crate::irql::$level>,
            A: $crate::irql::$apcs,
            W: $crate::irql::WaitState,
        {
            // SAFETY: the caller keeps the function's contract; level and APC state are proven by the token.
            let result = unsafe { minifilter_sys::$kernel($($arg),*) };
            $crate::ddi::no_tail_call();
            result
        }
    };
}

mod context;
mod data;
mod filter;
mod lock;
mod memory;
mod name;
mod processor;
mod rundown;
mod section;

pub(crate) use context::*;
pub(crate) use data::*;
pub(crate) use filter::*;
pub(crate) use lock::*;
pub(crate) use memory::*;
pub(crate) use name::*;
pub(crate) use processor::*;
pub(crate) use rundown::*;
pub(crate) use section::*;
