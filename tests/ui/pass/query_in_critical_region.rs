//! FltQueryInformationFile is not called in a critical region.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn ask(objects: RelatedObjects<'_, Filter, Opened>, irql: &mut Irql<'_, Passive>) {
    drop(objects.query::<Basic>(irql));
}

fn main() {}
