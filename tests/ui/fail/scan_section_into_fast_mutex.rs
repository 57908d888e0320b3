//! A section is closed at PASSIVE_LEVEL, not under a fast mutex.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

use minifilter::context::ScanSection;

impl HasContext<Section> for Filter {
    type Payload = State;
    type Pool = NonPaged;
    const TAG: PoolTag = TAG;
}

fn close(section: ScanSection<Filter>, mutex: &FastMutex<u32>, irql: &Irql<'_, Passive>) {
    mutex.with(irql, move |_, _| drop(section));
}

fn main() {}
