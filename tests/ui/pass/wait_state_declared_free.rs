//! Who may wait is the library's to say.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

trait Free {}

impl Free for Held {}

fn main() {}
