//! The data of a spin lock is touched inside its closure.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn leave(lock: &SpinLock<u32>, irql: &Irql<'_, Passive>) {
    let _data = lock.with(irql, |data, _| data);
}

fn main() {}
