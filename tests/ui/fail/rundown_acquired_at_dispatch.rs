//! Run-down protection is acquired at IRQL ≤ APC_LEVEL, as its guard is dropped there.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn acquire(rundown: &Rundown, irql: &mut PostIrql<'_, Write>) {
    drop(rundown.acquire(irql));
}

fn main() {}
