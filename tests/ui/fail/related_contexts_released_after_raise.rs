//! The contexts of an operation are released at IRQL ≤ APC_LEVEL.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn release(known: RelatedContexts<Filter, Opened, (Instance, Stream)>, irql: &Irql<'_, Passive>) {
    irql.raise(move |_| drop(known));
}

fn main() {}
