//! A paged context is released at IRQL ≤ APC_LEVEL.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn release(stream: ContextRef<Filter, Stream>, irql: &Irql<'_, Passive>) {
    drop(stream);
}

fn main() {}
