//! Which sections there are, and who refers to them.

use super::{Install, Problem, number};
use crate::Inf;
use std::collections::BTreeMap;

pub fn problems(inf: &Inf, installs: &[Install]) -> Vec<Problem> {
    let mut found = primitive(inf, installs);
    let references = references(inf, installs);
    found.extend(broken(inf, &references));
    found.extend(unused(inf, installs, &references));
    found
}

/// A primitive driver: installed by decorated `DefaultInstall` sections, and by nothing else.
fn primitive(inf: &Inf, installs: &[Install]) -> Vec<Problem> {
    let mut found = Vec::new();
    let manufacturer = inf.section("Manufacturer").is_some();
    if manufacturer && !installs.is_empty() {
        found.push(Problem::new(
            1212,
            "Manufacturer",
            "stands beside DefaultInstall",
        ));
    }
    if manufacturer || installs.is_empty() {
        found.push(Problem::new(
            1420,
            "DefaultInstall",
            "a minifilter is a primitive driver: DefaultInstall, no Manufacturer",
        ));
    }
    if !installs.is_empty()
        && installs
            .iter()
            .all(|install| install.architecture.is_none())
    {
        found.push(Problem::new(
            1423,
            "DefaultInstall",
            "no section is decorated with an architecture",
        ));
    }
    for install in installs {
        let section = install.section.as_str();
        match install.architecture.as_deref() {
            None => found.push(Problem::new(
                1421,
                section,
                "is not decorated with an architecture",
            )),
            Some("amd64" | "arm64" | "x86" | "$arch$") => {}
            Some(other) => found.push(Problem::new(
                1287,
                section,
                format!("`{other}` is no architecture"),
            )),
        }
        if let Err(reason) = &install.build {
            found.push(Problem::new(1288, section, reason.clone()));
        }
    }
    for section in uninstalls(inf) {
        let legacy = super::one(inf, section, "LegacyUninstall").and_then(|value| number(&value));
        if legacy != Some(1) {
            found.push(Problem::new(
                1422,
                section,
                "LegacyUninstall = 1 is missing",
            ));
        }
    }
    found
}

fn uninstalls(inf: &Inf) -> impl Iterator<Item = &str> {
    inf.section_names().filter(|name| {
        let name = name.to_ascii_lowercase();
        name.starts_with("defaultuninstall") && !name.ends_with(".services")
    })
}

/// Every section that is named by a directive: (the section, the directive, where it stands).
fn references(inf: &Inf, installs: &[Install]) -> Vec<(String, &'static str, String)> {
    let mut found = Vec::new();
    let mut of = |section: &str, directive: &'static str| {
        for line in inf.section(section).unwrap_or_default() {
            if line
                .key
                .is_some_and(|key| key.eq_ignore_ascii_case(directive))
            {
                let names = line
                    .fields
                    .into_iter()
                    .filter(|name| !name.starts_with('@'));
                found.extend(names.map(|name| (name, directive, section.to_owned())));
            }
        }
    };
    let ends = uninstalls(inf).map(str::to_owned);
    for section in installs
        .iter()
        .map(|install| install.section.clone())
        .chain(ends)
    {
        for directive in ["CopyFiles", "DelFiles", "AddReg", "DelReg"] {
            of(&section, directive);
        }
    }
    let services: Vec<_> = installs
        .iter()
        .map(|install| (install.services(), install.added_services(inf)))
        .collect();
    for (_, added) in &services {
        for (_, described, _) in added {
            of(described, "AddReg");
        }
    }
    for (section, added) in services {
        let described = added
            .into_iter()
            .map(|(_, described, _)| (described, "AddService", section.clone()));
        found.extend(described);
    }
    found
}

fn broken(inf: &Inf, references: &[(String, &str, String)]) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut kinds: BTreeMap<String, &str> = BTreeMap::new();
    for (name, directive, place) in references {
        if inf.section(name).is_none() {
            let what = format!("{directive}: there is no section [{name}]");
            found.push(Problem::new(1203, place, what));
        }
        // A list of files may be copied here and deleted there.
        let kind = if directive.ends_with("Files") {
            "Files"
        } else {
            directive
        };
        let before = *kinds.entry(name.to_ascii_lowercase()).or_insert(kind);
        if before != kind {
            let what = format!("is named by {before} and by {kind}");
            found.push(Problem::new(1205, name, what));
        }
    }
    found
}

/// Sections that Windows looks for by name.
const KNOWN: [&str; 6] = [
    "version",
    "strings",
    "destinationdirs",
    "sourcedisksnames",
    "sourcedisksfiles",
    "manufacturer",
];

fn unused(inf: &Inf, installs: &[Install], references: &[(String, &str, String)]) -> Vec<Problem> {
    let is_used = |name: &str| {
        let lower = name.to_ascii_lowercase();
        let plain = lower.split('.').next().unwrap_or_default();
        KNOWN.contains(&plain)
            || installs.iter().any(|install| {
                install.section.eq_ignore_ascii_case(name)
                    || install.services().eq_ignore_ascii_case(name)
            })
            || uninstalls(inf).any(|section| {
                section.eq_ignore_ascii_case(name)
                    || format!("{section}.Services").eq_ignore_ascii_case(name)
            })
            || references
                .iter()
                .any(|(used, _, _)| used.eq_ignore_ascii_case(name))
    };
    let unused = inf.section_names().filter(|name| !is_used(name));
    unused
        .map(|name| Problem::new(2083, name, "is used by nothing"))
        .collect()
}
