//! A payload is dropped on any thread.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

impl HasContext<File> for Filter {
    type Payload = u8;
    type Pool = NonPaged;
    const TAG: PoolTag = TAG;
}

fn main() {}
