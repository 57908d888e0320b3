//! A file name is released at IRQL ≤ APC_LEVEL.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn release(name: FileNameInformation, irql: &Irql<'_, Passive>) {
    irql.raise(move |_| drop(name));
}

fn main() {}
