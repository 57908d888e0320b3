//! The lower level's evidence does not enter the closure of a fast mutex.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn print(mutex: &FastMutex<u64>, irql: &Irql<'_, Passive>) {
    print::number(c"n", mutex.with(irql, |n, _| *n), irql);
}

fn main() {}
