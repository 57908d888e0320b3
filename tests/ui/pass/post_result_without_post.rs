//! A callback registered alone asks for no post-operation callback.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn decide<'i>(call: Pre<'i, Filter, Read, WithPost<()>>) -> PreStatus<'i, Read> {
    call.with_callback(())
}

fn main() {}
