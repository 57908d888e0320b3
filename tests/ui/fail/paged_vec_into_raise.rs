//! Paged memory is freed at IRQL ≤ APC_LEVEL.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn free(vec: pool::Vec<u32, Paged>, irql: &Irql<'_, Passive>) {
    irql.raise(move |_| drop(vec));
}

fn main() {}
