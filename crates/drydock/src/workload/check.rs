//! What a filter that only watches may not change: results and data.
//!
//! Once a filter has stepped in as the rules allow, a difference is told, but breaks no rule.

use minifilter_sys::NTSTATUS;

use crate::model::operation::intervention;
use crate::report::{self, status_text};
use crate::verify::{self, Rule, rule};

/// Tells a difference, which breaks `rule` if no filter had a right to make one.
fn differ(rule: Rule, site: &str, detail: String) {
    if intervention::any() {
        report::with(|report| report.interventions.differ(site, &detail));
    } else {
        verify::violation_at(rule, site, detail);
    }
}

/// Reports unless the two are equal.
pub fn equal<T: PartialEq + ?Sized>(
    site: &str,
    path: &str,
    got: &T,
    wanted: &T,
    describe: impl Fn(&T) -> String,
) {
    if got != wanted {
        differ(
            rule::DATA_CHANGED,
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
        differ(rule::DATA_CHANGED, site, detail);
    }
}

/// Reports a failure; `None` then.
pub fn success<T>(site: &str, path: &str, result: Result<T, NTSTATUS>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(status) => {
            differ(
                rule::OUTCOME_CHANGED,
                site,
                format!("{path}: {}", status_text(status)),
            );
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
        differ(rule::OUTCOME_CHANGED, site, detail);
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

#[cfg(test)]
mod tests {
    use minifilter_sys::{STATUS_ACCESS_DENIED, STATUS_SUCCESS};

    use super::*;
    use crate::model::flt_fixture;
    use crate::model::operation::intervention::Intervention;
    use crate::verify::tests::violations_of;

    #[test]
    fn a_difference_breaks_a_rule_only_while_no_filter_has_stepped_in() {
        let _serial = flt_fixture::serial();
        let refused = || {
            violations_of("refused", || {
                let result: Result<(), NTSTATUS> = Err(STATUS_ACCESS_DENIED);
                failure("refused", "x", result, STATUS_SUCCESS);
            })
        };
        intervention::begin();
        assert_eq!(refused(), [rule::OUTCOME_CHANGED.name]);
        intervention::count(Intervention::Completed);
        assert_eq!(refused(), Vec::<String>::new());
    }
}
