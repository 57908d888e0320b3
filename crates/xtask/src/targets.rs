//! Targets — which packages of the workspace make a .sys: the driver, and every cdylib example but the faulty ones.

use crate::{faulty, workspace};
use anyhow::{Context, Result, bail};
use cargo_metadata::{CrateType, Metadata, Package, Target};

/// One thing that is linked as a .sys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SysTarget {
    pub package: String,
    pub name: String,
    pub example: bool,
    pub features: Vec<String>,
}

/// All of them, the driver first.
pub fn all() -> Result<Vec<SysTarget>> {
    let mut command = cargo_metadata::MetadataCommand::new();
    command
        .no_deps()
        .manifest_path(workspace::root()?.join("Cargo.toml"));
    let mut found = of(&command
        .exec()
        .context("cannot read the workspace's metadata")?);
    found.sort_by_key(|target| (target.example, target.package.clone(), target.name.clone()));
    Ok(found)
}

/// The driver alone.
pub fn driver() -> Result<SysTarget> {
    all()?
        .into_iter()
        .find(|target| !target.example)
        .context("the workspace has no cdylib package")
}

/// The example of that name.
pub fn example(name: &str) -> Result<SysTarget> {
    let all = all()?;
    if let Some(target) = all
        .iter()
        .find(|target| target.example && target.name == name)
    {
        return Ok(target.clone());
    }
    let names: Vec<_> = all
        .iter()
        .filter(|target| target.example)
        .map(|target| target.name.as_str())
        .collect();
    bail!(
        "no example called `{name}`; there are: {}",
        names.join(", ")
    );
}

fn of(metadata: &Metadata) -> Vec<SysTarget> {
    let linked = |target: &Target| target.crate_types.contains(&CrateType::CDyLib);
    let targets = |package: &Package| {
        let package = package.clone();
        let targets: Vec<_> = package
            .targets
            .iter()
            .filter(|target| linked(target))
            .cloned()
            .collect();
        targets.into_iter().map(move |target| SysTarget {
            package: package.name.to_string(),
            example: target.is_example(),
            features: target.required_features.clone(),
            name: target.name,
        })
    };
    metadata
        .workspace_packages()
        .into_iter()
        .filter(|package| package.name.as_str() != faulty::PACKAGE)
        .flat_map(targets)
        .collect()
}
