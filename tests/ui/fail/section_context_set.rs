//! A section context is not set but attached by FltCreateSectionForDataScan.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

impl HasContext<Section> for Filter {
    type Payload = State;
    type Pool = NonPaged;
    const TAG: PoolTag = TAG;
}

fn set(new: NewContext<Filter, Section>, objects: RelatedObjects<'_, Filter, Opened>, irql: &Irql<'_, Passive>) {
    drop(objects.set_if_absent(new, irql));
}

fn main() {}
