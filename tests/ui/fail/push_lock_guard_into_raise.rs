//! A push lock is released at IRQL ≤ APC_LEVEL.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn release(guard: PushLockExclusiveGuard<'_, u32>, irql: &Irql<'_, Passive>) {
    irql.raise(move |_| drop(guard));
}

fn main() {}
