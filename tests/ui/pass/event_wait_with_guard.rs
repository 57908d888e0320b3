//! Nobody waits for others with a resource in hand.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn wait(names: &Resource<u32>, event: &Event, irql: &mut Irql<'_, Passive>) {
    let Some((_names, mut irql)) = names.shared(irql) else { return };
    event.set(&mut irql);
}

fn main() {}
