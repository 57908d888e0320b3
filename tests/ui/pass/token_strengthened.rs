//! Evidence for a level says nothing about a lower one.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn strengthen<'i>(irql: &'i Irql<'i, Apc>) {
    irql.weaken::<Dispatch>().current();
}

fn main() {}
