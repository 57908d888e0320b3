//! A closure that captured the raised level's evidence does not leave.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn leave(irql: &Irql<'_, Passive>) {
    let _level = irql.raise(|irql| {
        let level = irql.current();
        move || irql.current() + level
    })();
}

fn main() {}
