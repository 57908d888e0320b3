//! NetworkQueryOpen opens no file.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn fetch(call: &Pre<'_, Filter, NetworkQueryOpen, PreOnly>, irql: &Irql<'_, Passive>) {
    drop(call.objects().contexts::<(Instance, Stream)>(irql));
}

fn main() {}
