//! A context is set on the objects of its filter.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

struct Other;

fn set(new: NewContext<Filter, Instance>, objects: RelatedObjects<'_, Filter, Opened>, irql: &Irql<'_, Passive>) {
    drop(objects.set_if_absent(new, irql));
}

fn main() {}
