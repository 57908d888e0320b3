//! A read may be asynchronous and is not synchronized.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

const TABLE: OperationRegistration<Filter> = OperationRegistration::synchronized::<Read>();

fn main() {}
