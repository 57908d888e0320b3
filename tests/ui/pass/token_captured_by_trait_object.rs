//! A closure behind a reference brings no evidence into a raised closure either.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn print(irql: &Irql<'_, Passive>) {
    let print: &dyn Fn() = &|| print::number(c"n", 1, irql);
    print();
}

fn main() {}
