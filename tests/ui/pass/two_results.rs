//! A callback decides once.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn decide<'i>(call: Pre<'i, Filter, Read, PreOnly>) -> PreStatus<'i, Read> {
    let _early = call.data().is_irp();
    call.pass()
}

fn main() {}
