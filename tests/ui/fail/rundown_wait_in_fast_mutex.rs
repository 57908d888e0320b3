//! Nobody waits for others with a lock in hand.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn wait(rundown: &Rundown, mutex: &FastMutex<u32>, irql: &mut Irql<'_, Passive>) {
    let _over = mutex.with(irql, |_, irql| rundown.wait(irql));
}

fn main() {}
