//! Evidence is of one thread.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn spawn(irql: &Irql<'_, Passive>) {
    std::thread::scope(|scope| {
        scope.spawn(|| irql_of_nobody());
    });
}

fn irql_of_nobody() {}

fn main() {}
