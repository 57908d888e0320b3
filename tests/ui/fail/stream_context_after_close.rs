//! After close there is no stream.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn fetch(call: &Post<'_, Filter, Close>, irql: &Irql<'_, Passive>) {
    drop(call.objects().context::<Stream>(irql));
}

fn main() {}
