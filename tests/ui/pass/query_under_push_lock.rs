//! FltQueryInformationFile is not called under a push lock, which turns APCs off.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn ask(names: &PushLock<u32>, objects: RelatedObjects<'_, Filter, Opened>, irql: &mut Irql<'_, Passive>) {
    let (guard, _) = names.exclusive(irql);
    drop(guard);
    drop(objects.query::<Basic>(irql));
}

fn main() {}
