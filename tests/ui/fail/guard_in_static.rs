//! What lies in a static may be dropped on any thread at any level.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

static SLOT: SpinLock<Option<ContextRef<Filter, Stream>>> = SpinLock::new(None);

fn take(irql: &Irql<'_, Passive>) {
    drop(SLOT.with(irql, |slot, _| slot.take()));
}

fn main() {}
