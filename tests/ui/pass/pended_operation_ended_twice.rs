//! A pended operation ends once.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn end(pended: PendedPreOperation<Filter, Read>, irql: &Irql<'_, Passive>) {
    irql.current();
    pended.pass(irql);
}

fn main() {}
