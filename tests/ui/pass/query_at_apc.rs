//! FltQueryInformationFile is called at PASSIVE_LEVEL.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn ask(objects: RelatedObjects<'_, Filter, Opened>, irql: &Irql<'_, Passive>) {
    drop(objects.query::<Basic>(irql));
}

fn main() {}
