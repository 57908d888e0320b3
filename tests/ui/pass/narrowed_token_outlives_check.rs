//! A level that was asked for is known as long as the token it came from is not used.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn use_both(irql: &mut Irql<'_, Dispatch>) {
    let Ok(narrower) = irql.try_into_passive() else { return };
    narrower.raise(|_| ());
    print::number(c"n", 1, &narrower);
}

fn main() {}
