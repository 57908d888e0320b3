//! A resource is released by the thread that took it.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn spawn(guard: SharedGuard<'_, u32>) {
    std::thread::scope(|scope| {
        scope.spawn(|| *guard);
    });
}

fn main() {}
