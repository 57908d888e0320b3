//! What is copied, from where and to where, and which file the service runs.

use super::install::{destination, image};
use super::{Install, Problem};
use crate::Inf;
use std::collections::BTreeMap;

/// DIRID 13, the driver store; DIRID 12, the folder of drivers.
const STORE: u32 = 13;

pub fn problems(inf: &Inf, install: &Install) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut copied: BTreeMap<String, (u32, String)> = BTreeMap::new();
    for list in install.named(inf, "CopyFiles") {
        let (section, files) = listed(inf, &list);
        let Some(place) = destination(inf, &list) else {
            let what = format!("no folder for [{list}], and no DefaultDestDir");
            found.push(Problem::new(1006, "DestinationDirs", what));
            continue;
        };
        for (target, source) in files {
            found.extend(one_file(inf, install, &section, &place, &target, &source));
            let other = copied.insert(target.to_ascii_lowercase(), place.clone());
            if other.is_some_and(|other| other != place) {
                let what = format!("{target} goes to two places");
                found.push(Problem::new(1332, &section, what));
            }
        }
    }
    for (_, described, _) in install.added_services(inf) {
        found.extend(binary(inf, install, &described, &copied));
    }
    found
}

/// The files of a list, or the one that stands there itself after an `@`: name to be, name in the package.
fn listed(inf: &Inf, list: &str) -> (String, Vec<(String, String)>) {
    if let Some(file) = list.strip_prefix('@') {
        return ("DestinationDirs".into(), vec![(file.into(), file.into())]);
    }
    let lines = inf.section(list).unwrap_or_default();
    let files = lines.into_iter().filter_map(|line| {
        let target = line.fields.first()?.clone();
        let source = line.fields.get(1).filter(|name| !name.is_empty());
        Some((target.clone(), source.cloned().unwrap_or(target)))
    });
    (list.to_owned(), files.collect())
}

fn one_file(
    inf: &Inf,
    install: &Install,
    section: &str,
    (folder, below): &(u32, String),
    target: &str,
    source: &str,
) -> Vec<Problem> {
    let mut found = Vec::new();
    let architecture = install.architecture.as_deref().unwrap_or_default();
    let described = inf
        .value(&format!("SourceDisksFiles.{architecture}"), source)
        .or_else(|| inf.value("SourceDisksFiles", source));
    if described.is_none() {
        found.push(Problem::new(
            1230,
            "SourceDisksFiles",
            format!("{source} is missing"),
        ));
    }
    let from = described
        .and_then(|fields| fields.get(1).cloned())
        .unwrap_or_default();
    if *folder == STORE
        && (!target.eq_ignore_ascii_case(source) || !below.eq_ignore_ascii_case(&from))
    {
        let what = format!("{source} gets another name or folder in the driver store");
        found.push(Problem::new(1100, section, what));
    }
    if install.is_isolated() && *folder != STORE {
        let what = format!("{target} goes to folder {folder}, not to 13, the driver store");
        found.push(Problem::new(1322, section, what));
    }
    found
}

/// The file of the service is one of those that are copied, and lies where they go.
fn binary(
    inf: &Inf,
    install: &Install,
    service: &str,
    copied: &BTreeMap<String, (u32, String)>,
) -> Option<Problem> {
    let Some(path) = image(inf, service) else {
        return Some(Problem::new(1006, service, "ServiceBinary is missing"));
    };
    let folder = path.strip_prefix('%').and_then(|rest| rest.split_once('%'));
    let Some((Ok(number), rest)) = folder.map(|(number, rest)| (number.parse::<u32>(), rest))
    else {
        let what = format!("ServiceBinary `{path}` does not begin with the number of a folder");
        return Some(Problem::new(2085, service, what));
    };
    let path_below = rest.trim_start_matches('\\').to_ascii_lowercase();
    let name = path_below.rsplit('\\').next().unwrap_or_default();
    match copied.get(name) {
        Some((place, _)) if *place == number => None,
        Some((place, _)) => {
            let what = format!(
                "ServiceBinary is in folder {number}, the file goes to {place} in [{}]",
                install.section
            );
            Some(Problem::new(2084, service, what))
        }
        None => Some(Problem::new(
            2084,
            service,
            format!("{name} is not among the files copied"),
        )),
    }
}
