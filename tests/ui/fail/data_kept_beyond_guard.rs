//! The data of a resource is touched under its guard.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn read(names: &Resource<u32>, irql: &mut Irql<'_, Passive>) -> u32 {
    let Some((guard, _)) = names.shared(irql) else { return 0 };
    let data: &u32 = &guard;
    drop(guard);
    *data
}

fn main() {}
