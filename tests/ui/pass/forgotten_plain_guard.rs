//! Forgetting the guard of a plain acquire does not let its evidence out of the region.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn acquire(names: &Resource<u32>, irql: &mut Irql<'_, Passive>) {
    let _inside = irql.critical_region(|irql| names.shared_in_region(irql).map(|(guard, _irql)| std::mem::forget(guard)));
}

fn main() {}
