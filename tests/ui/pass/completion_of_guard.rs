//! A guard does not travel to another callback.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

type Handed = pool::Box<u32>;

fn decide<'i>(call: Pre<'i, Filter, Read, WithPost<Handed>>, handed: Handed) -> PreStatus<'i, Read> {
    call.with_callback(handed)
}

fn main() {}
