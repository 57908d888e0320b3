//! The lower level's evidence does not enter a raised closure.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn print(irql: &Irql<'_, Passive>) {
    irql.raise(|_| print::number(c"n", 1, irql));
}

fn main() {}
