//! Only callbacks registered as synchronized synchronize.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn decide<'i>(call: Pre<'i, Filter, SetInformation, Synchronized<()>>) -> PreStatus<'i, SetInformation> {
    call.synchronize(())
}

fn main() {}
