//! Programs that the tests run beside what is built here; Debian's packages bring them.

use crate::packages;
use anyhow::{Result, bail};
use std::path::Path;

/// A file that is there once the package is installed, and the package.
const PROGRAMS: [(&str, &str); 4] = [
    ("/usr/lib/wine/wine64", "wine64"),
    ("/usr/bin/fusermount3", "fuse3"),
    ("/usr/bin/sqlite3", "sqlite3"),
    ("/usr/bin/fio", "fio"),
];

/// Installs what is missing.
pub fn install() -> Result<()> {
    let missing = || {
        PROGRAMS
            .iter()
            .filter(|(file, _)| !Path::new(file).exists())
    };
    let names: Vec<&str> = missing().map(|(_, package)| *package).collect();
    if names.is_empty() {
        return Ok(());
    }
    packages::install_anew(&names)?;
    match missing().next() {
        None => Ok(()),
        Some((file, package)) => bail!("the package {package} did not bring {file}"),
    }
}
