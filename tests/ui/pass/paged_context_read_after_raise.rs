//! A paged payload is read at IRQL ≤ APC_LEVEL.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn read(stream: &ContextRef<Filter, Stream>, irql: &Irql<'_, Passive>) -> u32 {
    stream.with(irql, |stream| stream.count)
}

fn main() {}
