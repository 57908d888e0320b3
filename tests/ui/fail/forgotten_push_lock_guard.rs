//! Forgetting a push lock's guard does not widen the token beside it. The outer token, whose borrow ends with the
//! guard, is a hole that law L9 writes down: the lock stays held, and APCs off.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn ask(names: &PushLock<u32>, objects: RelatedObjects<'_, Filter, Opened>, irql: &mut Irql<'_, Passive>) {
    let (guard, narrower) = names.exclusive(irql);
    std::mem::forget(guard);
    drop(objects.query::<Basic>(&narrower));
}

fn main() {}
