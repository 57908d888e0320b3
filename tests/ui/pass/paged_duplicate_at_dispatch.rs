//! A reference is duplicated only where it may be dropped.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn refer(context: &ContextRef<Filter, Instance>, irql: &Irql<'_, Passive>) {
    irql.raise(|irql| drop(context.duplicate(irql)));
}

fn main() {}
