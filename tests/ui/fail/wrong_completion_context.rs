//! The post-operation callback gets the type it expects.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn decide<'i>(call: Pre<'i, Filter, Read, WithPost<Option<pool::Box<u32>>>>, boxed: pool::Box<u32>) -> PreStatus<'i, Read> {
    call.with_callback(boxed)
}

fn main() {}
