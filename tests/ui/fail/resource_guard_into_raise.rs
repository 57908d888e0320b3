//! A resource is released on its thread at the level it was taken at.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn release(guard: ExclusiveGuard<'_, u32>, irql: &Irql<'_, Passive>) {
    irql.raise(move |_| drop(guard));
}

fn main() {}
