//! What an operation can do is the library's to say.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

trait Fails {}

impl MayFail for Cleanup {}

fn main() {}
