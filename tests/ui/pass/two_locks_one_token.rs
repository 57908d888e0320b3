//! The second lock is taken with the token that came beside the first.

#![forbid(unsafe_code)]
#![allow(unused, dropping_references, dropping_copy_types)]

#[path = "../filter.rs"]
mod filter;
use filter::*;

fn nest(names: &Resource<u32>, sizes: &PushLock<u32>, irql: &mut Irql<'_, Passive>) -> u32 {
    let Some((names, mut narrower)) = names.shared(irql) else { return 0 };
    let (sizes, _) = sizes.shared(&mut narrower);
    *names + *sizes
}

fn main() {}
