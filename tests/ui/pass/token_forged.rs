//! Evidence is made by callback entry points only.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn forge(irql: &mut Irql<'_, Dispatch>) {
    let _forged = irql.try_into_passive();
}

fn main() {}
