//! The data of a resource is shared by readers.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn read(names: &Resource<u32>) {
    drop(names);
}

fn main() {}
