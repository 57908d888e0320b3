//! What needs PASSIVE_LEVEL is not called at DISPATCH_LEVEL.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn print(irql: &Irql<'_, Passive>) {
    irql.raise(|irql| {
        irql.current();
    });
}

fn main() {}
