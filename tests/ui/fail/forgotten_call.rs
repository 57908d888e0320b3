//! Who forgets the call has no result to give.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn decide<'i>(call: Pre<'i, Filter, Read, PreOnly>) -> PreStatus<'i, Read> {
    std::mem::forget(call);
    call.pass()
}

fn main() {}
