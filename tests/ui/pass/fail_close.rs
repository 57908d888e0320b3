//! A close is not failed.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn decide<'i>(call: Pre<'i, Filter, Close, PreOnly>) -> PreStatus<'i, Close> {
    call.complete_with_success()
}

fn main() {}
