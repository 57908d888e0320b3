//! A create is not synchronized.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

type Operation = Create;

impl SynchronizedOperation<Operation> for Filter {
    type Completion = ();

    fn pre<'i>(&self, call: Pre<'i, Self, Operation, Synchronized<()>>, _: &mut PreIrql<'i, Operation>) -> PreStatus<'i, Operation> {
        call.synchronize(())
    }

    fn post<'i>(&self, call: Post<'i, Self, Operation>, _: (), _: &mut Irql<'i, Apc, ApcsUnknown>) -> PostStatus<'i> {
        call.finish()
    }
}

fn main() {}
