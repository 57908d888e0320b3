//! The raised level's evidence does not leave its closure.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn leave(irql: &Irql<'_, Passive>) {
    let _left = irql.raise(|irql| irql);
}

fn main() {}
