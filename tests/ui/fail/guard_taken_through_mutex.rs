//! A guard outside cannot be taken by a raised closure.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

use std::sync::Mutex;

fn release(slot: &Mutex<Option<SharedGuard<'_, u32>>>, irql: &Irql<'_, Passive>) {
    irql.raise(|_| drop(slot.lock().map(|mut slot| slot.take())));
}

fn main() {}
