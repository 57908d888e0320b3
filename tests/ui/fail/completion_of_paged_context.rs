//! A paged context does not travel to a callback at DISPATCH_LEVEL.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

type Handed = ContextRef<Filter, Stream>;

fn decide<'i>(call: Pre<'i, Filter, Read, WithPost<Handed>>, handed: Handed) -> PreStatus<'i, Read> {
    call.with_callback(handed)
}

fn main() {}
