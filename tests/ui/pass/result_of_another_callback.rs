//! A result belongs to one callback.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn decide<'a, 'b>(first: Pre<'a, Filter, Read, PreOnly>, second: Pre<'b, Filter, Read, PreOnly>) -> PreStatus<'a, Read> {
    first.pass()
}

fn main() {}
