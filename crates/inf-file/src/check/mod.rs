//! The rules of InfVerif that a minifilter's INF meets, by their numbers, and those that FltMgr adds without one.
//!
//! Numbers and meanings are from the page "INF validation errors and warnings" of the driver documentation. Rules of driver
//! isolation (1320 and up) hold for what Windows 11 24H2 installs; a section for older systems may be as these want it.

mod files;
mod groups;
mod install;
mod registry;
mod sections;
mod service;
mod version;

use crate::Inf;
use install::Install;
use std::fmt;

/// One thing that is wrong with an INF.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// InfVerif's number; none for a rule of FltMgr's.
    pub code: Option<u16>,
    /// The section it is in.
    pub section: String,
    pub what: String,
}

impl Problem {
    fn new(code: u16, section: &str, what: impl Into<String>) -> Self {
        Self {
            code: Some(code),
            section: section.to_owned(),
            what: what.into(),
        }
    }

    fn of_filter(section: &str, what: impl Into<String>) -> Self {
        Self {
            code: None,
            section: section.to_owned(),
            what: what.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "{code} [{}] {}", self.section, self.what),
            None => write!(f, "FltMgr [{}] {}", self.section, self.what),
        }
    }
}

/// Everything that is wrong with the INF of a minifilter, in the order of the rules.
#[must_use]
pub fn problems(inf: &Inf) -> Vec<Problem> {
    let installs = install::all(inf);
    let mut found = version::problems(inf);
    found.extend(sections::problems(inf, &installs));
    for install in &installs {
        found.extend(files::problems(inf, install));
        found.extend(registry::problems(inf, install));
        found.extend(service::problems(inf, install));
    }
    // A section that two installs share is looked at twice.
    let mut seen = Vec::new();
    found.retain(|problem| {
        let new = !seen.contains(problem);
        if new {
            seen.push(problem.clone());
        }
        new
    });
    found
}

/// The first field of the first line of `section` with this key.
fn one(inf: &Inf, section: &str, key: &str) -> Option<String> {
    inf.value(section, key)?.into_iter().next()
}

/// A number as INF files write it: decimal, or hexadecimal after `0x`.
fn number(text: &str) -> Option<u32> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}
