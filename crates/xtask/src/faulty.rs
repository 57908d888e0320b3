//! The deliberately faulty drivers of the tests — many small ones, so cargo makes them all at once.

use crate::workspace::{self, Arch};
use crate::{build, image, progress, setup};
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

/// The package whose examples they are.
pub const PACKAGE: &str = "ringfence-faulty";

/// Each set is one invocation of cargo: the drivers, and their corrected twins.
const SETS: [(&str, &[&str]); 2] = [("faulty", &[]), ("corrected", &["--features", "corrected"])];

/// Each folder under target/driver/x64 has the drivers of one set from one folder of sources.
const FOLDERS: [(&str, &str, &str); 3] = [
    ("faulty", "faulty", "faults"),
    ("corrected", "corrected", "faults"),
    ("odd", "corrected", "odd"),
];

/// Builds all of them.
pub fn sys_files() -> Result<()> {
    let toolchain = setup::toolchain(Arch::X64)?;
    for (folder, features) in SETS {
        let mut command = build::compile(&toolchain, Arch::X64, "build")?;
        command
            .args(["--profile", "faulty", "--package", PACKAGE, "--examples"])
            .args(features);
        progress::quiet(&format!("building the {folder} drivers"), &mut command)?;
        for (to, _, sources) in FOLDERS.iter().filter(|(_, set, _)| *set == folder) {
            deliver(to, sources)?;
        }
    }
    Ok(())
}

fn deliver(folder: &str, sources: &str) -> Result<()> {
    let built = build::windows_dir()?
        .join(Arch::X64.target())
        .join("faulty/examples");
    let to = workspace::driver_dir(Arch::X64)?.join(folder);
    if to.exists() {
        // A driver that is gone from the sources must not stay behind.
        fs::remove_dir_all(&to).with_context(|| format!("cannot empty {}", to.display()))?;
    }
    fs::create_dir_all(&to).with_context(|| format!("cannot make {}", to.display()))?;
    for name in names(sources)? {
        finish(
            &built.join(format!("{name}.dll")),
            &to.join(format!("{name}.sys")),
        )?;
    }
    Ok(())
}

/// The examples whose source lies in a folder of this name.
fn names(sources: &str) -> Result<Vec<String>> {
    let mut command = cargo_metadata::MetadataCommand::new();
    command
        .no_deps()
        .manifest_path(workspace::root()?.join("tests/faulty/Cargo.toml"));
    let metadata = command
        .exec()
        .context("cannot read the faulty drivers' package")?;
    let package = metadata
        .packages
        .into_iter()
        .find(|package| package.name.as_str() == PACKAGE);
    let targets = package.map(|package| package.targets).unwrap_or_default();
    let examples = targets.into_iter().filter(|target| {
        let folder = target.src_path.parent().and_then(|path| path.file_name());
        target.is_example() && folder == Some(sources)
    });
    Ok(examples.map(|target| target.name).collect())
}

fn finish(dll: &Path, sys: &Path) -> Result<()> {
    let bytes = fs::read(dll).with_context(|| format!("cannot read {}", dll.display()))?;
    let image =
        image::finish(bytes).with_context(|| format!("{} is not a driver image", dll.display()))?;
    fs::write(sys, image).with_context(|| format!("cannot write {}", sys.display()))
}
