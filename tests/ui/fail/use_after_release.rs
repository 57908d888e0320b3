//! A context is used while its guard lives.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn count(objects: RelatedObjects<'_, Filter, Opened>, irql: &Irql<'_, Passive>) -> u32 {
    let Ok(known) = objects.contexts::<(Instance,)>(irql) else { return 0 };
    let (instance,) = known.get();
    drop(known);
    instance.map_or(0, |instance| instance.count)
}

fn main() {}
