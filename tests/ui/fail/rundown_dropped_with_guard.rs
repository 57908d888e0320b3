//! What guards count on lives as long as they.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn outlive(rundown: Rundown, irql: &mut Irql<'_, Passive>) {
    let Some((guard, _)) = rundown.acquire(irql) else { return };
    drop(rundown);
    drop(guard);
}

fn main() {}
