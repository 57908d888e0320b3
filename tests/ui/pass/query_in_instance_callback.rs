//! FltMgr may hold locks around instance callbacks: nothing is known of APCs there.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

use minifilter::filter::InstanceIrql;

fn ask(objects: RelatedObjects<'_, Filter, Opened>, irql: &mut InstanceIrql<'_>) {
    let Ok(irql) = &irql.try_into_apcs_on() else { return };
    drop(objects.query::<Basic>(irql));
}

fn main() {}
