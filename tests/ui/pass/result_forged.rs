//! A result is made by deciding.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn decide<'i>(call: Post<'i, Filter, Read>) -> PostStatus<'i> {
    call.finish()
}

fn main() {}
