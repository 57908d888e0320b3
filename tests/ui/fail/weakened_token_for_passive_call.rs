//! Evidence stated for a higher level proves no lower one.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn print(irql: &Irql<'_, Passive>) {
    print::number(c"n", 1, irql.weaken::<Apc>());
}

fn main() {}
