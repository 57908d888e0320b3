//! The service as FltMgr wants it: type, group, dependency, and instances at altitudes of the group.

use super::groups;
use super::{Install, Problem, number, one};
use crate::Inf;

/// SERVICE_FILE_SYSTEM_DRIVER
const FILE_SYSTEM_DRIVER: u32 = 2;
/// SPSVCINST_ASSOCSERVICE
const ASSOCIATED: u32 = 2;
/// Names of Microsoft's samples and of Windows' own filters.
const TAKEN: [&str; 12] = [
    "avscan",
    "cancelSafe",
    "cdo",
    "change",
    "ctx",
    "delete",
    "minispy",
    "nullFilter",
    "passThrough",
    "scanner",
    "simrep",
    "swapBuffers",
];

pub fn problems(inf: &Inf, install: &Install) -> Vec<Problem> {
    let added = install.added_services(inf);
    if added.is_empty() {
        return vec![Problem::new(1296, &install.services(), "adds no service")];
    }
    let mut found = Vec::new();
    for (index, (name, section, fields)) in added.iter().enumerate() {
        let place = install.services();
        let mut before = added[..index].iter();
        if before
            .any(|(other, described, _)| other.eq_ignore_ascii_case(name) && described != section)
        {
            found.push(Problem::new(
                1330,
                &place,
                format!("service {name} is described twice"),
            ));
        }
        if TAKEN.iter().any(|taken| taken.eq_ignore_ascii_case(name)) {
            found.push(Problem::new(
                1293,
                &place,
                format!("{name} is the name of a sample"),
            ));
        }
        let flags = fields.get(1).and_then(|flags| number(flags)).unwrap_or(0);
        if flags & ASSOCIATED != 0 {
            let what = "SPSVCINST_ASSOCSERVICE is for devices; a minifilter has none";
            found.push(Problem::of_filter(&place, what));
        }
        found.extend(described(inf, section));
        found.extend(instances(inf, install, section));
    }
    found
}

fn described(inf: &Inf, section: &str) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut add = |what: String| found.push(Problem::of_filter(section, what));
    let value = |key| one(inf, section, key).and_then(|value| number(&value));
    if value("ServiceType") != Some(FILE_SYSTEM_DRIVER) {
        add("ServiceType must be 2, a file system driver".into());
    }
    if value("StartType").is_none_or(|start| start > 4) {
        add("StartType must be a number from 0 to 4".into());
    }
    if value("ErrorControl").is_none_or(|control| control > 3) {
        add("ErrorControl must be a number from 0 to 3".into());
    }
    let depends = inf.value(section, "Dependencies").unwrap_or_default();
    if !depends
        .iter()
        .any(|name| name.eq_ignore_ascii_case("FltMgr"))
    {
        add("Dependencies must name FltMgr".into());
    }
    let Some(group) = one(inf, section, "LoadOrderGroup") else {
        add("LoadOrderGroup is missing".into());
        return found;
    };
    if groups::altitudes(&group).is_none() {
        add(format!(
            "LoadOrderGroup `{group}` is no group of minifilters"
        ));
    }
    let class = one(inf, "Version", "Class").unwrap_or_default();
    let of_class = groups::of_class(&class).map(|group| format!("FSFilter {}", group.name));
    if of_class.is_some_and(|wanted| !wanted.eq_ignore_ascii_case(&group)) {
        add(format!(
            "LoadOrderGroup `{group}` does not go with the class {class}"
        ));
    }
    found
}

/// An instance: name, altitude, flags, as far as they are written.
type Values = Vec<(String, String, String)>;

fn instances(inf: &Inf, install: &Install, service: &str) -> Vec<Problem> {
    let key = match install.is_isolated() {
        true => "Parameters\\Instances",
        false => "Instances",
    };
    let values = values_below(inf, service, key);
    let of = |subkey: &str, name: &str| {
        let is = |(key, value, _): &&(String, String, String)| {
            key.eq_ignore_ascii_case(subkey) && value.eq_ignore_ascii_case(name)
        };
        values
            .iter()
            .find(is)
            .map(|(_, _, content)| content.clone())
    };
    let mut found = Vec::new();
    let mut add = |what: String| found.push(Problem::of_filter(service, what));
    let Some(default) = of("", "DefaultInstance") else {
        add(format!("there is no value DefaultInstance in {key}"));
        return found;
    };
    let mut names: Vec<&str> = values
        .iter()
        .map(|(subkey, _, _)| subkey.as_str())
        .collect();
    names.retain(|name| !name.is_empty());
    names.dedup();
    if !names.iter().any(|name| name.eq_ignore_ascii_case(&default)) {
        add(format!("DefaultInstance `{default}` is no instance"));
    }
    let group = one(inf, service, "LoadOrderGroup").unwrap_or_default();
    for name in names {
        match of(name, "Altitude") {
            None => add(format!("instance {name} has no Altitude")),
            Some(altitude) => found_altitude(&altitude, &group)
                .into_iter()
                .for_each(&mut add),
        }
        let flags = of(name, "Flags").and_then(|flags| number(&flags));
        if flags.is_none_or(|flags| flags > 3) {
            add(format!(
                "instance {name}: Flags must be a number from 0 to 3"
            ));
        }
    }
    found
}

fn found_altitude(altitude: &str, group: &str) -> Option<String> {
    let (whole, part) = altitude.split_once('.').unwrap_or((altitude, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) {
        return Some(format!("altitude `{altitude}` is no decimal number"));
    }
    let (least, most) = groups::altitudes(group)?;
    let inside = whole
        .parse::<u32>()
        .is_ok_and(|whole| (least..=most).contains(&whole));
    (!inside).then(|| format!("altitude {altitude} is outside {least} to {most} of {group}"))
}

/// The values of a service below `key`: (subkey, name, content).
fn values_below(inf: &Inf, service: &str, key: &str) -> Values {
    let mut values = Vec::new();
    for section in inf.value(service, "AddReg").unwrap_or_default() {
        for line in inf.section(&section).unwrap_or_default() {
            let field = |index: usize| line.fields.get(index).cloned().unwrap_or_default();
            let path = field(1);
            let Some(head) = path
                .get(..key.len())
                .filter(|head| head.eq_ignore_ascii_case(key))
            else {
                continue;
            };
            let below = path[head.len()..].trim_start_matches('\\').to_owned();
            values.push((below, field(2), field(4)));
        }
    }
    values
}
