//! A guard taken at APC_LEVEL does not leave through a slot outside.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn acquire<'a>(
    rundown: &'a Rundown,
    mutex: &FastMutex<u32>,
    slot: &mut Option<RundownGuard<'a, Rundown>>,
    irql: &Irql<'_, Passive>,
) {
    mutex.with(irql, |_, irql| *slot = rundown.acquire(irql).map(|(guard, _)| guard));
}

fn main() {}
