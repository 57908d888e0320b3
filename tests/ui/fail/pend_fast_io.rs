//! Fast I/O is not pended.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn decide<'i>(call: Pre<'i, Filter, Read, PreOnly>) -> PreStatus<'i, Read> {
    match call.by_path() {
        ByPath::Irp(call) => call.pend(drop),
        ByPath::FastIo(call) => call.pend(drop),
        ByPath::FsFilter(call) => call.pass(),
    }
}

fn main() {}
