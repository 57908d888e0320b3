//! A guard that is counted is still a guard.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

use std::sync::Arc;

fn release(guard: Arc<RundownGuard<'_, Rundown>>, irql: &Irql<'_, Passive>) {
    irql.raise(move |_| drop(guard));
}

fn main() {}
