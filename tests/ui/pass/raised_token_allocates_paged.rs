//! Paged memory is allocated at IRQL ≤ APC_LEVEL.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn allocate(irql: &Irql<'_, Passive>) {
    irql.raise(|irql| {
        drop(pool::Box::<u32, NonPaged>::try_new(1, TAG, irql));
    });
}

fn main() {}
