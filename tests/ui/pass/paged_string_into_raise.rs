//! Paged memory is freed at IRQL ≤ APC_LEVEL.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn free(string: UnicodeString<NonPaged>, irql: &Irql<'_, Passive>) {
    irql.raise(move |_| drop(string));
}

fn main() {}
