//! Forgetting the raised level's evidence lets none out.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn leave(irql: &Irql<'_, Passive>) {
    irql.raise(|raised| {
        print::number(c"n", 1, irql);
        std::mem::forget(raised);
    });
}

fn main() {}
