//! What enters the closure of a fast mutex may be dropped at any level.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn release(guard: SharedGuard<'_, u32>, mutex: &FastMutex<u32>, irql: &Irql<'_, Passive>) {
    mutex.with(irql, move |_, _| drop(guard));
}

fn main() {}
