//! A post-operation callback at DISPATCH_LEVEL does not set contexts.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

impl PrePostOperation<Read> for Filter {
    type Completion = Option<NewContext<Self, StreamHandle>>;

    fn pre<'i>(&self, call: Pre<'i, Self, Read, WithPost<Self::Completion>>, _: &mut PreIrql<'i, Read>) -> PreStatus<'i, Read> {
        call.pass()
    }

    fn post<'i>(&self, call: Post<'i, Self, Read>, new: Self::Completion, irql: &mut PostIrql<'i, Read>) -> PostStatus<'i> {
        let Ok(irql) = &irql.try_into_apc() else { return call.finish() };
        drop(new.map(|new| call.objects().set_if_absent(new, irql)));
        call.finish()
    }
}

fn main() {}
