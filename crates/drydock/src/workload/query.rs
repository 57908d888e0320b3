//! `query` — the cheapest operation there is, over and over: what is left to measure is what filters cost.

use minifilter_sys::FILE_OPEN_IF;

use super::check::success;
use crate::io::{CreateOptions, Io};

const FILE: &str = "\\asked again and again";

/// Asks one file `operations` times for its number, an IRP each; gives how often it was answered.
pub fn run(io: &Io, operations: u64) -> u64 {
    let options = CreateOptions::default().disposition(FILE_OPEN_IF);
    let Some(file) = success("query: open", FILE, io.create(FILE, options)) else {
        return 0;
    };
    let answered = || success("query: number", FILE, file.id()).is_some();
    (0..operations).filter(|_| answered()).count() as u64
}
