//! Acquiring for a section is not failed.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn decide<'i>(call: Pre<'i, Filter, AcquireForSectionSynchronization, PreOnly>) -> PreStatus<'i, AcquireForSectionSynchronization> {
    call.complete(Status::ACCESS_DENIED, 0)
}

fn main() {}
