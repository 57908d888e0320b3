//! Evidence is not duplicated.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn copy(irql: &mut Irql<'_, Passive>) {
    let _two = (&*irql, 2);
}

fn main() {}
