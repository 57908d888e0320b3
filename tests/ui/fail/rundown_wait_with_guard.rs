//! Nobody waits for himself.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn wait(rundown: &Rundown, irql: &mut Irql<'_, Passive>) {
    let Some((guard, _)) = rundown.acquire(irql) else { return };
    let _kept = &guard;
    let _over = rundown.wait(irql);
}

fn main() {}
