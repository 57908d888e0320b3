//! The objects of an operation stay on its thread.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn spawn(objects: RelatedObjects<'_, Filter, Opened>) {
    std::thread::scope(|scope| {
        scope.spawn(|| drop(()));
    });
}

fn main() {}
