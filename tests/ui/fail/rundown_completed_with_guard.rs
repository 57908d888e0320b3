//! Protection with users is not marked run down.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn complete(rundown: &mut Rundown, irql: &mut Irql<'_, Passive>) {
    let Some((guard, narrower)) = rundown.acquire(irql) else { return };
    rundown.complete(&narrower);
    drop(guard);
}

fn main() {}
