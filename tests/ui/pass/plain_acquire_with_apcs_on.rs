//! ExAcquireResourceSharedLite is called with APCs off.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn acquire(names: &Resource<u32>, irql: &mut Irql<'_, Passive>) {
    let _held = irql.critical_region(|irql| names.shared_in_region(irql).is_some());
}

fn main() {}
