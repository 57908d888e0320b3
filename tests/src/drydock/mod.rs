//! The bench as its users start it: exit status, what it printed, and its JSON report.

pub mod bad_image;
pub mod fault;
pub mod mount;
pub mod odd;
pub mod ringfence;
pub mod source_tree;

use ::drydock::report::Report;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::{env, fs};

/// One ended `drydock run`.
#[derive(Debug)]
pub struct Run {
    pub exit: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    /// Default where drydock wrote none.
    pub report: Report,
}

impl Run {
    /// Fails the test unless the verdict is clean; shows the report then.
    #[track_caller]
    pub fn assert_clean(self) -> Self {
        assert_eq!(
            self.exit,
            Some(0),
            "{}{}{:#?}",
            self.stdout,
            self.stderr,
            self.report.violations
        );
        self
    }

    /// Fails the test unless drydock refused its input with one line on standard error that contains all the words.
    #[track_caller]
    pub fn assert_refused(&self, words: &[&str]) {
        assert_eq!(self.exit, Some(1), "{self:?}");
        assert_eq!(self.stdout, "", "{self:?}");
        assert_eq!(self.stderr.lines().count(), 1, "{self:?}");
        for word in words {
            assert!(
                self.stderr.contains(word),
                "no `{word}` in: {}",
                self.stderr
            );
        }
    }

    /// How often the driver called an import.
    pub fn calls(&self, import: &str) -> u64 {
        self.report.calls.get(import).copied().unwrap_or(0)
    }
}

/// The folder of the project.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A built driver: `ringfence`, `faulty/pool_leaked`.
#[track_caller]
pub fn driver(name: &str) -> PathBuf {
    let default = || root().join("target/driver");
    let dir = env::var_os("RINGFENCE_DRIVER_DIR").map_or_else(default, PathBuf::from);
    let path = dir.join("x64").join(format!("{name}.sys"));
    assert!(
        path.exists(),
        "{} is missing; run `cargo xtask build --all` first",
        path.display()
    );
    path
}

/// Runs `drydock run DRIVER ARGUMENTS`.
pub fn run(driver: &Path, arguments: &[&str]) -> Run {
    subcommand("run", driver, arguments)
}

/// Runs `drydock search DRIVER ARGUMENTS`.
pub fn search(driver: &Path, arguments: &[&str]) -> Run {
    subcommand("search", driver, arguments)
}

fn subcommand(name: &str, driver: &Path, arguments: &[&str]) -> Run {
    let place = tempfile::tempdir().expect("a temporary directory");
    let json = place.path().join("report.json");
    let options = arguments.iter().map(OsStr::new);
    let fixed = [
        OsStr::new(name),
        driver.as_os_str(),
        OsStr::new("--json"),
        json.as_os_str(),
    ];
    let output = start(fixed.into_iter().chain(options));
    let report = fs::read(&json).unwrap_or_default();
    Run {
        exit: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        report: serde_json::from_slice(&report).unwrap_or_default(),
    }
}

/// Runs drydock with these arguments.
pub fn start(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Output {
    Command::new(program())
        .args(arguments)
        .output()
        .expect("drydock starts")
}

/// Starts `drydock run DRIVER ARGUMENTS` and leaves it running, its output unseen.
pub fn spawn(driver: &Path, arguments: &[&str]) -> Child {
    let mut command = Command::new(program());
    command.arg("run").arg(driver).args(arguments);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("drydock starts")
}

/// The program, built from the sources as they are: cargo builds no other package's program for a test.
pub(crate) fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.current_dir(root()).args([
            "build",
            "--package",
            "drydock",
            "--bin",
            "drydock",
            "--message-format=json-render-diagnostics",
        ]);
        let output = command.output().expect("cargo starts");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "drydock is not built: {errors}");
        let text = String::from_utf8_lossy(&output.stdout);
        text.lines()
            .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
            .find_map(|message| message["executable"].as_str().map(PathBuf::from))
            .expect("cargo names the program")
    })
}
