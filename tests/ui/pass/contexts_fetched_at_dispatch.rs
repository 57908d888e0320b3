//! A post-operation callback at DISPATCH_LEVEL does not fetch contexts.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

impl PostOperation<Read> for Filter {
    fn post<'i>(&self, call: Post<'i, Self, Read>, irql: &mut PostIrql<'i, Read>) -> PostStatus<'i> {
        let Ok(irql) = &irql.try_into_apc() else { return call.finish() };
        drop(call.objects().contexts::<(Instance,)>(irql));
        call.finish()
    }
}

fn main() {}
