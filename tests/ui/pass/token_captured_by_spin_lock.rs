//! The lower level's evidence does not enter the closure of a spin lock.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn print(lock: &SpinLock<u64>, irql: &Irql<'_, Passive>) {
    print::number(c"n", lock.with(irql, |n, _| *n), irql);
}

fn main() {}
