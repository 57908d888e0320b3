//! A guard is consumed by its downgrade.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn downgrade(mut guard: ExclusiveGuard<'_, u32>) {
    let shared = guard.downgrade();
    *guard += 1;
}

fn main() {}
