//! [`Install`]: a `DefaultInstall` section and what its decoration says.

use super::one;
use crate::Inf;

/// From this build on Windows runs a driver from its store and keeps its values below `Parameters`.
const ISOLATED_FROM: u32 = 25952;

/// One install section.
#[derive(Clone, Debug)]
pub struct Install {
    pub section: String,
    /// `amd64`, none where there is no decoration.
    pub architecture: Option<String>,
    /// Least build of Windows, if the decoration names one; an error is what is wrong with it.
    pub build: Result<Option<u32>, String>,
}

impl Install {
    /// Whether the rules of driver isolation hold.
    pub fn is_isolated(&self) -> bool {
        matches!(self.build, Ok(Some(build)) if build >= ISOLATED_FROM)
    }

    /// Name of the section with its services.
    pub fn services(&self) -> String {
        format!("{}.Services", self.section)
    }

    /// The services that it adds, with the section that describes each.
    pub fn added_services(&self, inf: &Inf) -> Vec<(String, String, Vec<String>)> {
        let lines = inf.section(&self.services()).unwrap_or_default();
        let of_service = |line: crate::Line| {
            let adds = line.key?.eq_ignore_ascii_case("AddService");
            let name = line.fields.first().cloned().unwrap_or_default();
            let described = line.fields.get(2).cloned().unwrap_or_default();
            adds.then_some((name, described, line.fields))
        };
        lines.into_iter().filter_map(of_service).collect()
    }

    /// The sections that `directive` names, in the install section itself.
    pub fn named(&self, inf: &Inf, directive: &str) -> Vec<String> {
        inf.value(&self.section, directive).unwrap_or_default()
    }

    /// Sections of registry values: of the install section and of its services.
    pub fn registry_sections(&self, inf: &Inf) -> Vec<String> {
        let mut sections = self.named(inf, "AddReg");
        for (_, described, _) in self.added_services(inf) {
            sections.extend(inf.value(&described, "AddReg").unwrap_or_default());
        }
        sections
    }
}

/// Every `DefaultInstall` section.
pub fn all(inf: &Inf) -> Vec<Install> {
    inf.section_names().filter_map(read).collect()
}

fn read(section: &str) -> Option<Install> {
    let name = section.to_ascii_lowercase();
    if name.ends_with(".services") {
        return None;
    }
    let decoration = name.strip_prefix("defaultinstall")?;
    let (architecture, version) = match decoration.strip_prefix(".nt") {
        None => (None, decoration.trim_start_matches('.')),
        Some(rest) => match rest.split_once('.') {
            None => (Some(rest), ""),
            Some((architecture, version)) => (Some(architecture), version),
        },
    };
    Some(Install {
        section: section.to_owned(),
        architecture: architecture
            .filter(|name| !name.is_empty())
            .map(str::to_owned),
        build: build(version),
    })
}

/// `10.0...22000`: versions, two empty fields, the build.
fn build(version: &str) -> Result<Option<u32>, String> {
    if version.is_empty() {
        return Ok(None);
    }
    let fields: Vec<&str> = version.split('.').collect();
    match fields[..] {
        ["10", "0"] => Ok(None),
        ["10", "0", _, _, build] => match build.parse() {
            Ok(build) if build >= 14310 => Ok(Some(build)),
            _ => Err(format!("`{build}` is no build of Windows from 14310 on")),
        },
        _ => Err(format!("`{version}` is not of the form 10.0...BUILD")),
    }
}

/// The folder that a section of files goes to: its number, and a path below.
pub fn destination(inf: &Inf, files: &str) -> Option<(u32, String)> {
    let fields = inf
        .value("DestinationDirs", files)
        .or_else(|| inf.value("DestinationDirs", "DefaultDestDir"))?;
    let number = fields.first()?.parse().ok()?;
    Some((number, fields.get(1).cloned().unwrap_or_default()))
}

/// Where the image of a service lies, as `%13%\name.sys`.
pub fn image(inf: &Inf, service: &str) -> Option<String> {
    one(inf, service, "ServiceBinary")
}
