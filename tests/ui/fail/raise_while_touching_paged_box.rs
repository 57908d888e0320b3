//! Nothing raises the level while paged memory is touched.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn read(boxed: &pool::Box<u32, Paged>, irql: &Irql<'_, Passive>) -> u32 {
    boxed.with(irql, |n| irql.raise(|_| *n))
}

fn main() {}
