//! Forgetting a reference leaks the context; it is not used afterwards.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn count(instance: ContextRef<Filter, Instance>) -> u32 {
    std::mem::forget(instance);
    instance.count
}

fn main() {}
