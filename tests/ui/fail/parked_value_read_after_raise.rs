//! What is parked is reached at IRQL ≤ APC_LEVEL.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn read(boxed: &Parked<pool::Box<u32, Paged>>, irql: &Irql<'_, Passive>) -> u32 {
    let boxed = boxed.get(irql);
    irql.raise(|irql| boxed.with(irql, |n| *n))
}

fn main() {}
