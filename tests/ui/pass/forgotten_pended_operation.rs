//! A pended operation that was forgotten is not ended any more: it hangs, and so does the unload.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn end(pended: PendedPreOperation<Filter, Read>, irql: &Irql<'_, Passive>) {
    let _kept = &pended;
    pended.pass(irql);
}

fn main() {}
