//! A context that was forgotten is not set.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn set(new: NewContext<Filter, Instance>, objects: RelatedObjects<'_, Filter, Opened>, irql: &Irql<'_, Passive>) {
    std::mem::forget(new);
    drop(objects.set_if_absent(new, irql));
}

fn main() {}
