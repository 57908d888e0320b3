//! The guard, not the narrower token, keeps the evidence away.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn ask(names: &Resource<u32>, objects: RelatedObjects<'_, Filter, Opened>, irql: &mut Irql<'_, Passive>) {
    let Some((guard, narrower)) = names.shared(irql) else { return };
    drop(narrower);
    drop(*guard);
    drop(guard);
}

fn main() {}
