//! The objects of an operation end with its callback.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn keep<'k>(call: &Pre<'_, Filter, Read, PreOnly>, slot: &mut Option<RelatedObjects<'k, Filter, Opened>>) {
    *slot = Some(call.objects());
}

fn main() {}
