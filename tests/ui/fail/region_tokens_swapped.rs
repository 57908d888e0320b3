//! Evidence of two regions cannot be taken for each other.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn swap(other: &mut Irql<'_, Passive, ApcsOff>, irql: &mut Irql<'_, Passive>) {
    irql.critical_region(|inside| {
        std::mem::swap(inside, other);
    });
}

fn main() {}
