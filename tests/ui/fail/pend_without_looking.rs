//! What came by an unknown path is not pended.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn decide<'i>(call: Pre<'i, Filter, Read, PreOnly>) -> PreStatus<'i, Read> {
    call.pend(drop)
}

fn main() {}
