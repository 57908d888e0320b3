//! A section context goes with its section and is never deleted.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

impl HasContext<Section> for Filter {
    type Payload = State;
    type Pool = NonPaged;
    const TAG: PoolTag = TAG;
}

fn detach(context: &ContextRef<Filter, Section>, irql: &Irql<'_, Passive>) {
    context.detach(irql);
}

fn main() {}
