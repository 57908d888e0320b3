//! A guard outside cannot be taken by a raised closure.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn release(slot: &mut Option<SharedGuard<'_, u32>>, irql: &Irql<'_, Passive>) {
    drop(slot.take());
}

fn main() {}
