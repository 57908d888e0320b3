//! Which level is below which is the library's to say.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

trait Low {}

impl Low for Dispatch {}

fn main() {}
