//! A name that was forgotten is not read.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn read(name: FileNameInformation, irql: &Irql<'_, Passive>) -> usize {
    std::mem::forget(name);
    name.with(NamePart::Name, irql, |name| name.len())
}

fn main() {}
