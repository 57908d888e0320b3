//! A cleanup is not pended, for its pended form can be failed.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn decide<'i>(call: Pre<'i, Filter, Cleanup, PreOnly, Irp>) -> PreStatus<'i, Cleanup> {
    call.pend(drop)
}

fn main() {}
