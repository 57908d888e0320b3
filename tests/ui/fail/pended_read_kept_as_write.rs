//! A pended operation stays what it was.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn keep(pended: PendedPreOperation<Filter, Read>, slot: &SpinLock<Option<PendedPreOperation<Filter, Write>>>, irql: &Irql<'_, Passive>) {
    slot.with(irql, |slot, _| *slot = Some(pended));
}

fn main() {}
