//! Run-down protection is given back below DISPATCH_LEVEL, which another thread does not prove.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn spawn(guard: RundownGuard<'_, Rundown>) {
    std::thread::scope(|scope| {
        scope.spawn(|| guard.count());
    });
}

fn main() {}
