//! A guard taken at APC_LEVEL is dropped there.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn acquire(rundown: &Rundown, mutex: &FastMutex<u32>, irql: &Irql<'_, Passive>) {
    let _taken = mutex.with(irql, |_, irql| rundown.acquire(irql));
}

fn main() {}
