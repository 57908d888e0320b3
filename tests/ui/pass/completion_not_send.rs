//! A completion context may be dropped anywhere.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

type Handed = pool::Box<u8>;

fn decide<'i>(call: Pre<'i, Filter, Read, WithPost<Handed>>, handed: Handed) -> PreStatus<'i, Read> {
    call.with_callback(handed)
}

fn main() {}
