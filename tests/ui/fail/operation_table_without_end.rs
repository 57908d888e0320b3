//! A table ends with its end entry.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

const TABLE: &[OperationRegistration<Filter>] = &[
    OperationRegistration::pre::<Shutdown>(),
    // Nothing ends it.
];

const _: Operations<Filter> = Operations::new(TABLE);

fn main() {}
