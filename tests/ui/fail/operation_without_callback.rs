//! What is in the table is implemented.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

const TABLE: OperationRegistration<Filter> = OperationRegistration::pre::<Create>();

fn main() {}
