//! A file name lies in paged memory and is read at IRQL ≤ APC_LEVEL.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn read(name: &FileNameInformation, irql: &Irql<'_, Passive>) -> usize {
    irql.raise(|irql| name.with(NamePart::Name, irql, |name| name.len()))
}

fn main() {}
