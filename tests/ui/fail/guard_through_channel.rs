//! A guard outside cannot be received by a raised closure.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

use std::sync::mpsc::Receiver;

fn release(receiver: Receiver<RundownGuard<'_, Rundown>>, irql: &Irql<'_, Passive>) {
    irql.raise(move |_| drop(receiver.recv()));
}

fn main() {}
