//! A context is set on objects of its kind.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn set(new: NewContext<Filter, Instance>, objects: RelatedObjects<'_, Filter, Opened>, irql: &Irql<'_, Passive>) {
    drop(objects.set_if_absent::<StreamHandle>(new, irql));
}

fn main() {}
