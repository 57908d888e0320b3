//! Evidence is not 'static.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

use std::any::Any;

fn keep(irql: &Irql<'_, Passive>) {
    let _kept: &dyn Any = &irql.current();
}

fn main() {}
