//! Forgetting a resource guard does not widen the token beside it. The outer token, whose borrow ends with the guard,
//! is the hole that law L9 writes down: the resource stays held, and APCs off.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn ask(names: &Resource<u32>, objects: RelatedObjects<'_, Filter, Opened>, irql: &mut Irql<'_, Passive>) {
    let Some((guard, narrower)) = names.shared(irql) else { return };
    std::mem::forget(guard);
    drop((narrower.current(), objects.query::<Basic>(irql)));
}

fn main() {}
