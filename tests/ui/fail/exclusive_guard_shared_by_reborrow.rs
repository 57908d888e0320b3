//! While data is written through a guard, it is not read through the same guard.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn write(names: &Resource<u32>, irql: &mut Irql<'_, Passive>) {
    let Some((mut guard, _)) = names.exclusive(irql) else { return };
    let data: &mut u32 = &mut guard;
    let _read: u32 = *guard;
    *data += 1;
}

fn main() {}
