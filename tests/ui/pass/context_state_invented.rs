//! In which state a kind can be used is the library's to say.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

trait Usable {}

impl Usable for Stream {}

fn main() {}
