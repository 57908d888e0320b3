//! Evidence is of one thread, whoever owns it.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn spawn(irql: Irql<'_, Passive, ApcsUnknown, Held>) {
    std::thread::scope(|scope| {
        scope.spawn(move || 0);
    });
}

fn main() {}
