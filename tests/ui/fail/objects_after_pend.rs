//! A pended operation may be over at once, and its objects gone.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn decide<'i>(call: Pre<'i, Filter, Read, PreOnly, Irp>, irql: &Irql<'_, Passive>) -> PreStatus<'i, Read> {
    let objects = call.objects();
    call.pend(|_| drop(objects.contexts::<(Instance,)>(irql)))
}

fn main() {}
