//! Beside a guard there is no evidence for a wait.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn wait(rundown: &Rundown, irql: &mut Irql<'_, Passive>) {
    let Some((guard, mut narrower)) = rundown.acquire(irql) else { return };
    drop(guard);
    let _over = rundown.wait(&mut narrower);
}

fn main() {}
