//! A post-operation callback at DISPATCH_LEVEL takes no resource.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn post(names: &Resource<u32>, irql: &mut PostIrql<'_, Write>) {
    let Ok(mut irql) = irql.try_into_apc() else { return };
    drop(names.shared(&mut irql));
}

fn main() {}
