//! A push lock is taken at IRQL ≤ APC_LEVEL.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn take(names: &PushLock<u32>, irql: &mut Irql<'_, Apc>) {
    let (_names, _irql) = names.shared(irql);
}

fn main() {}
