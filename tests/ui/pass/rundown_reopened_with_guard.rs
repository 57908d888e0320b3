//! Protection with users is not opened anew.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn reopen(rundown: &mut Rundown, irql: &mut Irql<'_, Passive>) {
    let Some((guard, narrower)) = rundown.acquire(irql) else { return };
    narrower.current();
    drop(guard);
}

fn main() {}
