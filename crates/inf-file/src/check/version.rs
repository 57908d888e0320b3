//! `[Version]`, and the strings that all sections use.

use super::{Problem, groups, one};
use crate::Inf;

const SECTION: &str = "Version";

pub fn problems(inf: &Inf) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut add = |code, what: String| found.push(Problem::new(code, SECTION, what));
    let value = |key| one(inf, SECTION, key).filter(|value| !value.is_empty());
    match value("Signature") {
        Some(signature) if signature.eq_ignore_ascii_case("$windows nt$") => {}
        _ => add(1001, "Signature must be \"$Windows NT$\"".into()),
    }
    for key in ["Provider", "DriverVer", "Class", "ClassGuid"] {
        if value(key).is_none() {
            add(1006, format!("{key} is missing"));
        }
    }
    if value("Provider").is_some_and(|provider| provider.eq_ignore_ascii_case("microsoft")) {
        add(1204, "Provider may not be Microsoft".into());
    }
    match value("CatalogFile") {
        Some(catalog) if catalog.to_ascii_lowercase().ends_with(".cat") => {}
        Some(catalog) => add(1233, format!("CatalogFile `{catalog}` is no .cat file")),
        None => add(
            1233,
            "CatalogFile is missing: the package cannot be signed".into(),
        ),
    }
    if value("PnpLockdown").as_deref() != Some("1") {
        add(1324, "PnpLockdown must be 1".into());
    }
    found.extend(class(value("Class"), value("ClassGuid")));
    found.extend(tokens(inf));
    found
}

/// A name of one class with the GUID of another, or the other way round.
fn class(name: Option<String>, guid: Option<String>) -> Option<Problem> {
    let (name, guid) = (name?, guid?);
    let bare = guid.trim_matches(['{', '}']);
    let by_name = groups::of_class(&name);
    let by_guid = groups::GROUPS
        .iter()
        .find(|group| group.guid.eq_ignore_ascii_case(bare));
    match (by_name, by_guid) {
        (Some(group), _) if !group.guid.eq_ignore_ascii_case(bare) => Some(Problem::new(
            1280,
            SECTION,
            format!(
                "class {name} has the ClassGuid {{{}}}, not {guid}",
                group.guid
            ),
        )),
        (None, Some(group)) => Some(Problem::new(
            1281,
            SECTION,
            format!("{guid} is the class {}, not {name}", group.class),
        )),
        (None, None) => Some(Problem::of_filter(
            SECTION,
            format!("{name} is no class of file system minifilters"),
        )),
        _ => None,
    }
}

fn tokens(inf: &Inf) -> Vec<Problem> {
    let undefined = inf.undefined_tokens();
    let strings = undefined
        .iter()
        .map(|token| Problem::new(1235, "Strings", format!("%{token}% is not defined")));
    let stamped = inf
        .section_names()
        .filter(|name| name.to_ascii_uppercase().contains("$ARCH$"))
        .map(|name| Problem::new(1274, name, "$ARCH$ is left for stampinf to replace"));
    strings.chain(stamped).collect()
}
