//! A result belongs to one operation.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn decide<'i>(read: Pre<'i, Filter, Read, PreOnly>, write: Pre<'i, Filter, Write, PreOnly>) -> PreStatus<'i, Write> {
    write.pass()
}

fn main() {}
