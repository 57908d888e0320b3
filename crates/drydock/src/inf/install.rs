//! AddService — finds the service that the default install section for x64 creates.

use inf_file::Inf;

/// Service — its name and the section that describes it.
pub struct Service {
    /// Name of the service key.
    pub name: String,
    /// Section with `ServiceBinary`, `AddReg` and the rest.
    pub section: String,
}

/// Finds the service; sections for x64 come before undecorated ones, and those for other machines do not count.
pub fn service(inf: &Inf) -> Result<Service, String> {
    let mut candidates: Vec<&str> = inf.section_names().filter(|n| rank(n) < UNFIT).collect();
    candidates.sort_by_key(|n| rank(n));
    if candidates.is_empty() {
        return Err(
            "no section [DefaultInstall.NTamd64.Services] (or [DefaultInstall.Services])".into(),
        );
    }
    for section in candidates {
        if let Some(service) = added_by(inf, section)? {
            return Ok(service);
        }
    }
    Err("no AddService line in the services section".into())
}

const UNFIT: u32 = 9;

/// How well a section's name fits an x64 install: the lower the better.
fn rank(section: &str) -> u32 {
    let name = section.to_ascii_lowercase();
    let Some(head) = name.strip_suffix(".services") else {
        return UNFIT;
    };
    let other_machine = [".ntx86", ".ntarm", ".ntarm64", ".ntia64"]
        .iter()
        .any(|m| head.contains(m));
    if other_machine || head.starts_with("defaultuninstall") {
        return UNFIT;
    }
    let decoration = if head.contains(".ntamd64") || head.contains(".nt$arch$") {
        0
    } else if head.contains(".nt") {
        1
    } else {
        2
    };
    decoration
        + if head.starts_with("defaultinstall") {
            0
        } else {
            3
        }
}

fn added_by(inf: &Inf, section: &str) -> Result<Option<Service>, String> {
    let Some(fields) = inf.value(section, "AddService") else {
        return Ok(None);
    };
    let (Some(name), Some(described)) = (fields.first(), fields.get(2)) else {
        return Err(format!(
            "[{section}] AddService: needs a name, flags and a section"
        ));
    };
    if name.is_empty() {
        return Err(format!("[{section}] AddService: the name is empty"));
    }
    if inf.section(described).is_none() {
        return Err(format!(
            "[{section}] AddService: there is no section [{described}]"
        ));
    }
    Ok(Some(Service {
        name: name.clone(),
        section: described.clone(),
    }))
}
