//! The lower level's evidence does not enter the closure of a spin lock.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn print(lock: &SpinLock<u64>, irql: &Irql<'_, Passive>) {
    lock.with(irql, |n, _| print::number(c"n", *n, irql));
}

fn main() {}
