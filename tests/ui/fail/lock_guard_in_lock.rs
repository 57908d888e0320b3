//! The data of a lock may be dropped on any thread.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn store(slot: &SpinLock<Option<SharedGuard<'static, u32>>>, irql: &Irql<'_, Passive>) {
    slot.with(irql, |slot, _| *slot = None);
}

fn main() {}
