//! An IRP is not refused as fast I/O.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn decide<'i>(call: Pre<'i, Filter, Read, PreOnly>) -> PreStatus<'i, Read> {
    match call.by_path() {
        ByPath::Irp(call) => call.disallow_fast_io(),
        ByPath::FastIo(call) => call.disallow_fast_io(),
        ByPath::FsFilter(call) => call.pass(),
    }
}

fn main() {}
