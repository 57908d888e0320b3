//! Volume contexts are nonpaged.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

impl HasContext<Volume> for Filter {
    type Payload = State;
    type Pool = Paged;
    const TAG: PoolTag = TAG;
}

fn main() {}
