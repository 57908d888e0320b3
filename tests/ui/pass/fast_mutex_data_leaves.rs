//! The data of a fast mutex is touched inside its closure.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn leave(mutex: &FastMutex<u32>, irql: &Irql<'_, Passive>) {
    let _data = mutex.with(irql, |data, _| *data);
}

fn main() {}
