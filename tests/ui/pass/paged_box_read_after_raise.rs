//! A paged value is read at IRQL ≤ APC_LEVEL.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn read(boxed: &pool::Box<u32, Paged>, irql: &Irql<'_, Passive>) -> u32 {
    boxed.with(irql, |n| *n)
}

fn main() {}
