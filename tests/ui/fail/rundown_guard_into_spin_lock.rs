//! Run-down protection is given back at IRQL ≤ APC_LEVEL, not under a spin lock.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn release(guard: RundownGuard<'_, Rundown>, lock: &SpinLock<u32>, irql: &Irql<'_, Passive>) {
    lock.with(irql, move |_, _| drop(guard));
}

fn main() {}
