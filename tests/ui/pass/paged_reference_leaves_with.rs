//! A reference to paged memory stays inside the closure.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn read(boxed: &pool::Box<u32, Paged>, irql: &Irql<'_, Passive>) {
    let _n = boxed.with(irql, |n| *n);
}

fn main() {}
