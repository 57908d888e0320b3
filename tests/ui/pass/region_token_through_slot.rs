//! The evidence of a critical region does not leave through a slot outside.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn leave<'s>(slot: &mut Option<Irql<'s, Passive, ApcsOff, Held>>, names: &'s Resource<u32>, irql: &'s mut Irql<'_, Passive>) {
    irql.critical_region(|irql| drop(names.shared_in_region(irql).map(|(_, irql)| irql)));
}

fn main() {}
