//! A filter fetches the kinds it keeps.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn fetch(objects: RelatedObjects<'_, Filter, Opened>, irql: &Irql<'_, Passive>) {
    drop(objects.contexts::<(Instance, Stream)>(irql));
}

fn main() {}
