//! INF — made from the INX source beside the driver's name, as the WDK's stampinf makes it.

use crate::workspace::{self, Arch};
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Writes the INF of a driver beside its .sys, if there is an INX of that name.
pub fn write(arch: Arch, name: &str, sys: &Path) -> Result<()> {
    if !source(name)?.exists() {
        return Ok(());
    }
    let inf = sys.with_extension("inf");
    fs::write(&inf, stamped(arch, name)?).with_context(|| format!("cannot write {}", inf.display()))
}

fn source(name: &str) -> Result<std::path::PathBuf> {
    Ok(workspace::root()?.join("inf").join(format!("{name}.inx")))
}

/// The INF of a driver for one processor, with this version.
pub fn stamped(arch: Arch, name: &str) -> Result<String> {
    let source = source(name)?;
    let text =
        fs::read_to_string(&source).with_context(|| format!("cannot read {}", source.display()))?;
    let date = date().unwrap_or_default();
    let version = concat!(env!("CARGO_PKG_VERSION"), ".0");
    Ok(stamp(&text, arch, &date, version))
}

/// Day of the last commit, month first as set-up wants it: the same sources give the same INF. None outside git.
fn date() -> Option<String> {
    let mut git = Command::new("git");
    git.args(["log", "-1", "--format=%cd", "--date=format:%m/%d/%Y"]);
    let output = git.current_dir(workspace::root().ok()?).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    (output.status.success() && !text.trim().is_empty()).then(|| text.trim().to_owned())
}

/// Fills in the architecture, the date if there is one, and the version; lines end as Windows tools expect.
fn stamp(text: &str, arch: Arch, date: &str, version: &str) -> String {
    let decoration = match arch {
        Arch::X64 => "amd64",
        Arch::Arm64 => "arm64",
    };
    let line = |line: &str| match line.split_once('=') {
        Some((key, value)) if key.trim().eq_ignore_ascii_case("DriverVer") => {
            let old = value.split(',').next().unwrap_or_default().trim();
            let date = if date.is_empty() { old } else { date };
            format!("{key}= {date},{version}\r\n")
        }
        _ => format!("{line}\r\n"),
    };
    text.replace("$ARCH$", decoration)
        .lines()
        .map(line)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_architecture_token_is_replaced() {
        let stamp = |text, arch| stamp(text, arch, "", "1.2.3.0");
        assert_eq!(
            stamp("[a.NT$ARCH$]\n[b.NT$ARCH$.Services]", Arch::Arm64),
            "[a.NTarm64]\r\n[b.NTarm64.Services]\r\n"
        );
        assert_eq!(stamp("[a.NT$ARCH$]\r\n", Arch::X64), "[a.NTamd64]\r\n");
    }

    #[test]
    fn date_and_version_are_filled_in_and_an_unknown_date_stays() {
        let text = "DriverVer   = 11/21/2026,0.0.0.0 ; x";
        assert_eq!(
            stamp(text, Arch::X64, "12/24/2026", "1.2.3.0"),
            "DriverVer   = 12/24/2026,1.2.3.0\r\n"
        );
        assert_eq!(
            stamp(text, Arch::X64, "", "1.2.3.0"),
            "DriverVer   = 11/21/2026,1.2.3.0\r\n"
        );
    }
}
