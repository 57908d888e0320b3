//! Shutdown has no post-operation callback.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

type Operation = Pnp;

impl PostOperation<Operation> for Filter {
    fn post<'i>(&self, call: Post<'i, Self, Operation>, _: &mut PostIrql<'i, Operation>) -> PostStatus<'i> {
        call.finish()
    }
}

fn main() {}
