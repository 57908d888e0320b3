//! No spin lock is taken while paged memory is touched.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn add(boxed: &pool::Box<u32, Paged>, sum: &SpinLock<u32>, irql: &Irql<'_, Passive>) {
    let n = boxed.with(irql, |n| *n);
    sum.with(irql, |sum, _| *sum += n);
}

fn main() {}
