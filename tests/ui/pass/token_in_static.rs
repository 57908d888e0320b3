//! Evidence is of one thread.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

use std::sync::Mutex;

static SLOT: Mutex<Option<u8>> = Mutex::new(None);

fn take() {
    drop(SLOT.lock().map(|mut slot| slot.take()));
}

fn main() {}
