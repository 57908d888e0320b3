//! Before create there is no stream.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn set(call: &Pre<'_, Filter, Create, PreOnly>, new: NewContext<Filter, Stream>, irql: &Irql<'_, Passive>) {
    drop(call.objects().set_if_absent(new, irql));
}

fn main() {}
