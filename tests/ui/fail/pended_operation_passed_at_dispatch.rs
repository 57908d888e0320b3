//! A pended operation is passed on at IRQL ≤ APC_LEVEL.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn end(pended: PendedPreOperation<Filter, Read>, irql: &Irql<'_, Dispatch>) {
    pended.pass(irql);
}

fn main() {}
