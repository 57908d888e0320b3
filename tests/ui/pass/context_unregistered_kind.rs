//! A filter registers the kinds it keeps.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

const CONTEXTS: Contexts<Filter> = contexts![Filter; Instance, Stream];

fn main() {}
