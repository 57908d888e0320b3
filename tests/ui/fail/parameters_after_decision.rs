//! What is known of an operation is known until the callback decides.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn decide<'i>(call: Pre<'i, Filter, Read, PreOnly, Irp>) -> PreStatus<'i, Read> {
    let parameters = call.parameters();
    (call.pend(drop), parameters.length()).0
}

fn main() {}
