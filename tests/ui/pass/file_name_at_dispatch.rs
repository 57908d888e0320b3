//! A file name is asked for at IRQL ≤ APC_LEVEL.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn ask(call: &Pre<'_, Filter, Write, PreOnly>, irql: &PreIrql<'_, Write>) {
    drop(call.data().file_name(NameFormat::Opened, NameQuery::Default, irql));
}

fn main() {}
