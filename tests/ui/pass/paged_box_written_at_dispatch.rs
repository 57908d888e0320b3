//! Paged memory is changed at IRQL ≤ APC_LEVEL.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn write(boxed: &mut pool::Box<u32, Paged>, irql: &Irql<'_, Apc>) {
    boxed.with_mut(irql, |n| *n = 1);
}

fn main() {}
