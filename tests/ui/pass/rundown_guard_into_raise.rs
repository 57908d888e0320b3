//! Run-down protection is given back at IRQL ≤ APC_LEVEL.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn release(guard: RundownGuard<'_, Rundown>, irql: &Irql<'_, Passive>) {
    drop(guard);
}

fn main() {}
