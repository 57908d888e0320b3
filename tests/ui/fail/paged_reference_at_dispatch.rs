//! A reference is taken only where it may be dropped.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn refer(context: ContextBorrow<'_, Filter, Stream>, irql: &Irql<'_, Passive>) {
    irql.raise(|irql| drop(context.to_ref(irql)));
}

fn main() {}
