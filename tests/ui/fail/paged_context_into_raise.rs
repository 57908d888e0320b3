//! Only nonpaged contexts may be released at DISPATCH_LEVEL.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn release(context: ContextRef<Filter, Stream>, irql: &Irql<'_, Passive>) {
    irql.raise(move |_| drop(context));
}

fn main() {}
