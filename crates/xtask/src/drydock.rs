//! Drydock — the bench is built in the release profile and started as its users start it.

use crate::{interrupt, progress, workspace};
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus};

/// A built drydock.
pub struct Drydock {
    program: PathBuf,
}

/// What this program reads of a JSON report.
#[derive(Clone, Debug, Deserialize)]
pub struct Report {
    pub verdict: String,
    pub operations: u64,
    pub workload_ms: u64,
    pub peak_memory_kib: u64,
}

impl Drydock {
    /// Builds it.
    pub fn build() -> Result<Self> {
        let mut command = workspace::cargo()?;
        command.args([
            "build",
            "--release",
            "--package",
            "drydock",
            "--bin",
            "drydock",
        ]);
        progress::quiet("building drydock", &mut command)?;
        Ok(Self {
            program: workspace::root()?.join("target/release/drydock"),
        })
    }

    /// A command line that runs a driver.
    pub fn run(&self, driver: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("run").arg(driver);
        let inf = driver.with_extension("inf");
        if inf.exists() {
            command.arg("--inf").arg(inf);
        }
        command
    }

    /// A command line that runs a workload on a volume without any filter.
    pub fn baseline(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("baseline");
        command
    }
}

/// Runs it with its own output and passes its exit status on.
pub fn show(command: &mut Command) -> Result<ExitCode> {
    let status = command.status().context("cannot start drydock")?;
    interrupt::check()?;
    Ok(exit_code(status))
}

/// Runs it quietly and reads its report; anything but a clean verdict is an error.
pub fn report(command: &mut Command, what: &str) -> Result<Report> {
    let dir = tempfile::tempdir().context("cannot make a temporary directory")?;
    let path = dir.path().join("report.json");
    let output = command
        .arg("--json")
        .arg(&path)
        .output()
        .context("cannot start drydock")?;
    interrupt::check()?;
    if !output.status.success() {
        eprint!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        bail!("{what}: drydock ended with {}", output.status);
    }
    let report: Report =
        serde_json::from_reader(File::open(&path).context("drydock wrote no report")?)?;
    if report.verdict != "clean" {
        bail!("{what}: verdict {}", report.verdict);
    }
    Ok(report)
}

fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    code.map_or(ExitCode::FAILURE, ExitCode::from)
}
