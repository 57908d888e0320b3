//! A payload is shared by threads.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

impl HasContext<File> for Filter {
    type Payload = std::cell::Cell<u32>;
    type Pool = NonPaged;
    const TAG: PoolTag = TAG;
}

fn main() {}
