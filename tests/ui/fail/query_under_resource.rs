//! FltQueryInformationFile is not called under a resource, which turns APCs off.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn ask(names: &Resource<u32>, objects: RelatedObjects<'_, Filter, Opened>, irql: &mut Irql<'_, Passive>) {
    let Some((guard, _)) = names.shared(irql) else { return };
    let _kept = &guard;
    drop(objects.query::<Basic>(irql));
}

fn main() {}
