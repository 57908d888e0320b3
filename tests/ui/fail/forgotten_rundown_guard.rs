//! Forgetting a rundown guard does not make the token beside it fit for waiting. The outer token, whose borrow ends
//! with the guard, is a hole that law L9 writes down: the wait never ends.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn wait(rundown: &Rundown, irql: &mut Irql<'_, Passive>) {
    let Some((guard, mut narrower)) = rundown.acquire(irql) else { return };
    std::mem::forget(guard);
    let _over = rundown.wait(&mut narrower);
}

fn main() {}
