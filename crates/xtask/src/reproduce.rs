//! The same sources give the same bytes: builds the driver once more, in another place, from nothing, and compares.

use crate::workspace::{self, Arch};
use crate::{build, progress, targets};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Fails if a second build is another file.
pub fn check() -> Result<()> {
    let first = build::sys_files(Arch::X64, &[targets::driver()?])?;
    let first = first.first().context("the driver was not built")?;
    let place = tempfile::Builder::new()
        .prefix("ringfence-elsewhere-")
        .tempdir()
        .context("cannot make a temporary folder")?;
    copy_sources(place.path())?;
    let mut again = Command::new(std::env::current_exe()?);
    again
        .arg("build")
        .env("CARGO_MANIFEST_DIR", place.path().join("crates/xtask"));
    progress::quiet(
        "building the driver once more, elsewhere and from nothing",
        &mut again,
    )?;
    let second = place.path().join("target/driver").join(Arch::X64.folder());
    // The PDB is another file each time: the linker writes its command line into it, with names of temporary files.
    same(first, &second.join("ringfence.sys"))
}

/// Every file that git knows or would take, to the same place below `to`.
fn copy_sources(to: &Path) -> Result<()> {
    let root = workspace::root()?;
    let mut list = Command::new("git");
    list.current_dir(&root).args([
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
        "-z",
    ]);
    let output = list.output().context("cannot start git")?;
    let names = String::from_utf8(output.stdout).context("a file's name is not UTF-8")?;
    for name in names.split_terminator('\0') {
        let (source, target) = (root.join(name), to.join(name));
        if !source.exists() {
            continue; // deleted and not committed
        }
        let folder = target.parent().context("a file without a folder")?;
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        fs::copy(&source, &target).with_context(|| format!("cannot copy {name}"))?;
    }
    Ok(())
}

fn same(one: &Path, other: &Path) -> Result<()> {
    let read =
        |path: &Path| fs::read(path).with_context(|| format!("cannot read {}", path.display()));
    let (left, right) = (read(one)?, read(other)?);
    if left == right {
        return Ok(());
    }
    let length = (left.len(), right.len());
    let at = left
        .iter()
        .zip(&right)
        .position(|(left, right)| left != right);
    bail!(
        "{} is another file when it is built elsewhere: {length:?} bytes, the first that differs at {at:?}",
        one.display()
    )
}
