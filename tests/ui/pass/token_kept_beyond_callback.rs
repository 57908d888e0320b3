//! Evidence ends with its callback.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn keep<'k>(slot: &mut Option<&'k Irql<'k, Passive>>, irql: &Irql<'_, Passive>) {
    *slot = None;
}

fn main() {}
