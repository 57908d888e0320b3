//! The safe callback may run at once, so that no guard is held.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

impl PrePostOperation<Create> for Filter {
    type Completion = ();

    fn pre<'i>(&self, call: Pre<'i, Self, Create, WithPost<()>>, _: &mut PreIrql<'i, Create>) -> PreStatus<'i, Create> {
        call.with_callback(())
    }

    fn post<'i>(&self, call: Post<'i, Self, Create>, _: (), irql: &mut PostIrql<'i, Create>) -> PostStatus<'i> {
        let Some((_guard, narrower)) = self.rundown.acquire(irql) else { return call.finish() };
        call.finish()
    }
}

impl SafePostOperation<Create> for Filter {
    fn safe_post<'i>(&self, call: Post<'i, Self, Create>, _: (), irql: &mut Irql<'i, Apc, ApcsUnknown>) -> PostStatus<'i> {
        let _over = self.rundown.wait(irql);
        call.finish()
    }
}

fn main() {}
