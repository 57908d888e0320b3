//! A resource lives as long as its guards.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn outlive(names: Resource<u32>, irql: &mut Irql<'_, Passive>) {
    let Some((guard, _)) = names.shared(irql) else { return };
    let _read = *guard;
    drop(guard);
}

fn main() {}
