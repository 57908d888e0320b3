//! A payload may be dropped at any level, and what it holds.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

impl HasContext<File> for Filter {
    type Payload = Parked<ContextRef<Filter, Stream>>;
    type Pool = NonPaged;
    const TAG: PoolTag = TAG;
}

fn main() {}
