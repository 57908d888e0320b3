//! After create there is a stream only if create succeeded.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn set(call: &Post<'_, Filter, Create>, new: NewContext<Filter, Stream>, irql: &Irql<'_, Passive>) {
    let Some(objects) = call.opened() else { return };
    drop(objects.set_if_absent(new, irql));
}

fn main() {}
