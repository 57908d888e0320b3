//! A wait for other protection is a wait with a guard as well.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn wait(mine: &Rundown, other: &Rundown, irql: &mut Irql<'_, Passive>) {
    let Some((guard, _)) = mine.acquire(irql) else { return };
    let _count = guard.count();
    drop(guard);
}

fn main() {}
