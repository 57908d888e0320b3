//! The token beside a resource guard does not say that APCs are on.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn ask(names: &Resource<u32>, objects: RelatedObjects<'_, Filter, Opened>, irql: &mut Irql<'_, Passive>) {
    let Some((guard, narrower)) = names.exclusive(irql) else { return };
    drop(objects.query::<Basic>(&narrower));
    drop(guard);
}

fn main() {}
