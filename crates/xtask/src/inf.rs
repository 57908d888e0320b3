//! INF — made from the INX source beside the driver's name, as the WDK's stampinf makes it.

use crate::workspace::{self, Arch};
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

/// Writes the INF of a driver beside its .sys, if there is an INX of that name.
pub fn write(arch: Arch, name: &str, sys: &Path) -> Result<()> {
    let source = workspace::root()?.join("inf").join(format!("{name}.inx"));
    if !source.exists() {
        return Ok(());
    }
    let text =
        fs::read_to_string(&source).with_context(|| format!("cannot read {}", source.display()))?;
    let inf = sys.with_extension("inf");
    fs::write(&inf, stamp(&text, arch)).with_context(|| format!("cannot write {}", inf.display()))
}

/// Fills in the architecture; lines end as Windows tools expect.
fn stamp(text: &str, arch: Arch) -> String {
    let decoration = match arch {
        Arch::X64 => "amd64",
        Arch::Arm64 => "arm64",
    };
    text.replace("$ARCH$", decoration)
        .lines()
        .map(|line| format!("{line}\r\n"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_architecture_token_is_replaced() {
        assert_eq!(
            stamp("[a.NT$ARCH$]\n[b.NT$ARCH$.Services]", Arch::Arm64),
            "[a.NTarm64]\r\n[b.NTarm64.Services]\r\n"
        );
        assert_eq!(stamp("[a.NT$ARCH$]\r\n", Arch::X64), "[a.NTamd64]\r\n");
    }
}
