//! A reader does not write.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn write(names: &Resource<u32>, irql: &mut Irql<'_, Passive>) {
    let Some((mut names, _)) = names.exclusive(irql) else { return };
    *names += 1;
}

fn main() {}
