//! A payload is borrowed from its reference.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn count(instance: ContextRef<Filter, Instance>) -> u32 {
    let state: &State = &instance;
    let _kept = &instance;
    state.count
}

fn main() {}
