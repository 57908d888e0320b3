//! What a filter that only watches may not change: results and data.

use minifilter_sys::NTSTATUS;

use crate::report::status_text;
use crate::verify::{self, Rule};

/// Bytes, names or sizes came back otherwise than they were put in.
const DATA: Rule = Rule::named("data changed between program and disk");
/// An operation that must succeed failed, or the other way round.
const OUTCOME: Rule = Rule::named("operation ended otherwise than the file system ends it");

/// Reports unless the two are equal.
pub fn equal<T: PartialEq + ?Sized>(
    site: &str,
    path: &str,
    got: &T,
    wanted: &T,
    describe: impl Fn(&T) -> String,
) {
    if got != wanted {
        verify::violation_at(
            DATA,
            site,
            format!("{path}: got {}, put in {}", describe(got), describe(wanted)),
        );
    }
}

/// Reports unless the bytes are equal, and where they first differ.
pub fn bytes(site: &str, path: &str, got: &[u8], wanted: &[u8]) {
    if got != wanted {
        let at = got
            .iter()
            .zip(wanted)
            .position(|(a, b)| a != b)
            .unwrap_or(got.len().min(wanted.len()));
        let detail = format!(
            "{path}: {} bytes read, {} expected, first difference at {at}",
            got.len(),
            wanted.len()
        );
        verify::violation_at(DATA, site, detail);
    }
}

/// Reports a failure; `None` then.
pub fn success<T>(site: &str, path: &str, result: Result<T, NTSTATUS>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(status) => {
            verify::violation_at(OUTCOME, site, format!("{path}: {}", status_text(status)));
            None
        }
    }
}

/// Reports unless the operation ended with exactly this error.
pub fn failure<T>(site: &str, path: &str, result: Result<T, NTSTATUS>, wanted: NTSTATUS) {
    let got = result.err().unwrap_or(0);
    if got != wanted {
        let detail = format!(
            "{path}: {} instead of {}",
            status_text(got),
            status_text(wanted)
        );
        verify::violation_at(OUTCOME, site, detail);
    }
}

/// Reports an error that is none of those that a race between threads explains.
pub fn tolerate<T>(
    site: &str,
    path: &str,
    result: Result<T, NTSTATUS>,
    races: &[NTSTATUS],
) -> Option<T> {
    match result {
        Err(status) if races.contains(&status) => None,
        result => success(site, path, result),
    }
}
