//! A part of a guard is a guard.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

use std::num::NonZeroU32;

fn wait(rundown: &Rundown, irql: &mut Irql<'_, Passive>) {
    let Some((mut guard, _)) = rundown.acquire_many(NonZeroU32::MAX, irql) else { return };
    drop(guard.split(NonZeroU32::MIN));
    drop(guard);
    let _over = rundown.wait(irql);
}

fn main() {}
