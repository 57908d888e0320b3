//! A downgraded guard is a guard.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn ask(names: &Resource<u32>, objects: RelatedObjects<'_, Filter, Opened>, irql: &mut Irql<'_, Passive>) {
    let Some((guard, _)) = names.exclusive(irql) else { return };
    drop(guard.downgrade());
    drop(objects.query::<Basic>(irql));
}

fn main() {}
