//! Drydock — the bench is built in the release profile and started as its users start it.

use crate::{interrupt, progress, workspace};
use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus};
use tempfile::TempDir;

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
        self.with_driver("run", driver)
    }

    /// A command line that tries many orders of threads on a driver.
    pub fn search(&self, driver: &Path) -> Command {
        self.with_driver("search", driver)
    }

    fn with_driver(&self, subcommand: &str, driver: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command.arg(subcommand).arg(driver);
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

/// Runs it with its own output and passes its exit status on. A run that sent no operation shows nothing: an error.
pub fn show(command: &mut Command) -> Result<ExitCode> {
    let json = ReportFile::new()?;
    let status = command
        .arg("--json")
        .arg(&json.path)
        .status()
        .context("cannot start drydock")?;
    interrupt::check()?;
    if status.success() {
        ensure!(
            json.read()?.operations > 0,
            "drydock sent no operation to the driver"
        );
    }
    Ok(exit_code(status))
}

/// Runs it quietly and reads its report; anything but a clean verdict is an error.
pub fn report(command: &mut Command, what: &str) -> Result<Report> {
    let json = ReportFile::new()?;
    let output = command
        .arg("--json")
        .arg(&json.path)
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
    let report = json.read()?;
    if report.verdict != "clean" {
        bail!("{what}: verdict {}", report.verdict);
    }
    Ok(report)
}

/// Where a report is written to; gone with its owner.
struct ReportFile {
    path: PathBuf,
    _dir: TempDir,
}

impl ReportFile {
    fn new() -> Result<Self> {
        let dir = TempDir::new().context("cannot make a temporary directory")?;
        Ok(Self {
            path: dir.path().join("report.json"),
            _dir: dir,
        })
    }

    fn read(&self) -> Result<Report> {
        let file = File::open(&self.path).context("drydock wrote no report")?;
        serde_json::from_reader(file).context("drydock's report cannot be read")
    }
}

fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    code.map_or(ExitCode::FAILURE, ExitCode::from)
}
