//! A paged string is read at IRQL ≤ APC_LEVEL.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn read(string: &UnicodeString<Paged>, irql: &Irql<'_, Passive>) -> usize {
    string.with(irql, |string| string.len())
}

fn main() {}
