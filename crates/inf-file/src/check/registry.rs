//! Registry values: below the service's own key, and with one content each.

use super::{Install, Problem};
use crate::Inf;
use std::collections::BTreeMap;

pub fn problems(inf: &Inf, install: &Install) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut values: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for section in install.registry_sections(inf) {
        for line in inf.section(&section).unwrap_or_default() {
            let field = |index: usize| line.fields.get(index).cloned().unwrap_or_default();
            let (root, key, name) = (field(0), field(1), field(2));
            if install.is_isolated() {
                found.extend(isolation(&section, &root, &key));
            }
            let content = line.fields.get(3..).unwrap_or_default().to_vec();
            let place = (
                format!("{root}\\{key}").to_ascii_lowercase(),
                name.to_ascii_lowercase(),
            );
            let before = values.entry(place).or_insert_with(|| content.clone());
            if *before != content {
                let what = format!("{key}\\{name} gets two different contents");
                found.push(Problem::new(1331, &section, what));
            }
        }
    }
    found
}

fn isolation(section: &str, root: &str, key: &str) -> Option<Problem> {
    if !root.eq_ignore_ascii_case("HKR") {
        let what = format!("writes below {root}; only HKR, the service's own key, is allowed");
        return Some(Problem::new(1320, section, what));
    }
    let first = key.split('\\').next().unwrap_or_default();
    let allowed = first.eq_ignore_ascii_case("Parameters");
    (!allowed).then(|| {
        let place = if key.is_empty() {
            "the service key itself"
        } else {
            key
        };
        Problem::new(
            1323,
            section,
            format!("writes to {place}; values belong below Parameters"),
        )
    })
}
