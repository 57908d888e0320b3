//! What the files hold after a run: the same as without the driver, unless the driver stepped in.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use super::{Scenario, parent};
use crate::report::{Report, Verdict, Violation};
use crate::verify::rule;

/// The contents of the volume after the workload alone.
pub struct Untouched(Option<Contents>);

/// Names, kinds and bytes of everything in a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Contents(Vec<(String, [u8; 32])>);

/// Runs the workload without a driver and keeps what it left.
///
/// With several threads the order of the host's threads decides what is left, so nothing is compared then.
///
/// # Errors
/// The child cannot be started, or its files cannot be read.
pub fn without_driver(scenario: &Scenario) -> Result<Untouched> {
    if scenario.threads > 1 {
        return Ok(Untouched(None));
    }
    let mut kept = None;
    parent::run_baseline(scenario, |scratch| kept = contents(scratch).ok())?;
    Ok(Untouched(kept))
}

impl Untouched {
    /// Breaks a rule in `report` if what is in `scratch` differs and the driver has not stepped in.
    pub fn compare(&self, scratch: &Path, report: &mut Report) {
        let seen = &report.interventions;
        let comparable = report.verdict == Verdict::Clean && !seen.any();
        let (Some(expected), true) = (&self.0, comparable) else {
            return;
        };
        let detail = match contents(scratch) {
            Ok(found) if found == *expected => return,
            Ok(found) => expected.difference(&found),
            Err(error) => format!("{error:#}"),
        };
        report.verdict = Verdict::Violations;
        report.violations.push(Violation {
            rule: rule::CONTENT_CHANGED.name.to_owned(),
            code: rule::CONTENT_CHANGED.code_text(),
            function: "unload".to_owned(),
            caller: report.driver.name.clone(),
            detail,
            count: 1,
        });
    }
}

impl Contents {
    fn difference(&self, other: &Self) -> String {
        let only = |one: &Self, two: &Self| {
            let entry = one.0.iter().find(|entry| !two.0.contains(entry));
            entry.map(|(name, _)| name.clone())
        };
        let name = only(self, other)
            .or_else(|| only(other, self))
            .unwrap_or_default();
        format!("`{name}` differs from what the same operations leave without the driver")
    }
}

fn contents(root: &Path) -> Result<Contents> {
    let mut all = Vec::new();
    for entry in walkdir::WalkDir::new(root).sort_by_file_name() {
        let entry = entry?;
        let name = entry
            .path()
            .strip_prefix(root)?
            .to_string_lossy()
            .into_owned();
        let bytes = if entry.file_type().is_file() {
            fs::read(entry.path()).with_context(|| entry.path().display().to_string())?
        } else if entry.path_is_symlink() {
            fs::read_link(entry.path())?
                .into_os_string()
                .into_encoded_bytes()
        } else {
            b"directory".to_vec()
        };
        all.push((name, Sha256::digest(&bytes).into()));
    }
    Ok(Contents(all))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory(text: &str) -> tempfile::TempDir {
        let place = tempfile::tempdir().expect("a temporary directory");
        fs::write(place.path().join("a"), text).expect("a file can be written");
        place
    }

    fn compared(text: &str, completed: u64) -> Report {
        let untouched = Untouched(contents(directory("one").path()).ok());
        let mut report = Report {
            verdict: Verdict::Clean,
            ..Report::default()
        };
        report.interventions.completed = completed;
        untouched.compare(directory(text).path(), &mut report);
        report
    }

    #[test]
    fn changed_contents_break_a_rule() {
        let report = compared("two", 0);
        assert_eq!(report.verdict, Verdict::Violations);
        assert!(report.violations[0].detail.starts_with("`a` differs"));
    }

    #[test]
    fn the_same_contents_and_a_driver_that_steps_in_break_none() {
        assert_eq!(compared("one", 0).verdict, Verdict::Clean);
        assert_eq!(compared("two", 1).verdict, Verdict::Clean);
    }
}
