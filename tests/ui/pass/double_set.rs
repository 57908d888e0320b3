//! A context is set once.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn set(
    new: NewContext<Filter, Instance>,
    other: NewContext<Filter, Instance>,
    objects: RelatedObjects<'_, Filter, Opened>,
    irql: &Irql<'_, Passive>,
) {
    drop(objects.replace(new, irql));
    drop(objects.replace(other, irql));
}

fn main() {}
