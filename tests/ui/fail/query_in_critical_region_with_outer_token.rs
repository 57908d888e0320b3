//! The token outside a critical region is not used inside.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn ask(objects: RelatedObjects<'_, Filter, Opened>, irql: &mut Irql<'_, Passive>) {
    drop(irql.critical_region(|_| objects.query::<Basic>(irql)));
}

fn main() {}
