//! Paged elements are read at IRQL ≤ APC_LEVEL.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn read(vec: &pool::Vec<u32, Paged>, irql: &Irql<'_, Passive>) -> usize {
    irql.raise(|irql| vec.with(irql, |elements| elements.len()))
}

fn main() {}
