//! Wine — an independent loader of drivers: it shares no code and no author with drydock.
//!
//! Each [`Prefix`] is a Windows of its own in a temporary directory, with its own server process, which ends with it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use crate::command::within;

/// Where Debian's package wine64 puts the loader and its server; neither is on the search path.
const HOME: &str = "/usr/lib/wine";

/// Longest that one command may take: the first one makes a whole C: drive.
const PATIENCE: Duration = Duration::from_secs(180);

/// One Windows.
pub struct Prefix {
    place: tempfile::TempDir,
}

impl Prefix {
    /// A new one, in which nothing runs.
    ///
    /// # Panics
    /// Wine is not installed (`cargo xtask test` installs it), or cannot make its C: drive.
    #[must_use]
    pub fn new() -> Self {
        assert!(
            Path::new(HOME).join("wine64").exists(),
            "no Wine: `cargo xtask test` installs the Debian package wine64"
        );
        let place = tempfile::tempdir().expect("a temporary directory");
        let prefix = Self { place };
        prefix.wine(&["wineboot", "--init"], "-all");
        prefix
    }

    /// Loads a .sys as a kernel service, unloads it, and returns what Wine traced meanwhile.
    ///
    /// # Panics
    /// The service cannot be installed.
    #[must_use]
    pub fn run_driver(&self, sys: &Path) -> Trace {
        let name = sys.file_stem().expect("a file name").to_string_lossy();
        let file = format!("windows/system32/drivers/{name}.sys");
        fs::copy(sys, self.place.path().join("drive_c").join(&file))
            .expect("the driver can be copied");
        self.install(&name, &format!(r"C:\{}", file.replace('/', r"\")));
        self.end(); // services.exe reads the list of services, and WINEDEBUG, when it starts
        let channels = "+ntoskrnl,+fltmgr,+debugstr";
        let start = self.wine(&["sc", "start", &name], channels);
        self.end();
        Trace {
            started: start.status.success(),
            text: String::from_utf8_lossy(&start.stderr).into_owned(),
        }
    }

    fn install(&self, name: &str, image: &str) {
        let key = format!(r"HKLM\System\CurrentControlSet\Services\{name}");
        for (value, kind, data) in [
            ("ImagePath", "REG_EXPAND_SZ", image),
            ("Type", "REG_DWORD", "2"),
            ("Start", "REG_DWORD", "3"),
            ("ErrorControl", "REG_DWORD", "1"),
        ] {
            let output = self.wine(
                &[
                    "reg", "add", &key, "/v", value, "/t", kind, "/d", data, "/f",
                ],
                "-all",
            );
            assert!(output.status.success(), "reg add {value}: {output:?}");
        }
    }

    fn wine(&self, arguments: &[&str], channels: &str) -> Output {
        let mut command = self.command("wine64");
        command.args(arguments).env("WINEDEBUG", channels);
        within(PATIENCE, &mut command)
    }

    /// Ends every process of this Windows.
    fn end(&self) {
        let started = Instant::now();
        // Where no server runs any more there is nothing to kill, and the request fails.
        while within(PATIENCE, self.command("wineserver64").arg("-k"))
            .status
            .success()
        {
            assert!(started.elapsed() < PATIENCE, "Wine's server does not end");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn command(&self, program: &str) -> Command {
        let home = PathBuf::from(HOME);
        let mut command = Command::new(home.join(program));
        command
            .env("WINEPREFIX", self.place.path())
            .env("HOME", self.place.path())
            .env("WINELOADER", home.join("wine64"))
            .env("WINESERVER", home.join("wineserver64"))
            .env("WINEDLLOVERRIDES", "mscoree,mshtml=") // asks nobody to download anything
            .env_remove("DISPLAY");
        command
    }
}

impl Default for Prefix {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Prefix {
    fn drop(&mut self) {
        self.end();
    }
}

/// What happened to a driver.
#[derive(Debug)]
pub struct Trace {
    /// Whether the service started: the file was mapped, bound, and its DriverEntry returned success.
    pub started: bool,
    /// The trace of all processes.
    pub text: String,
}

impl Trace {
    /// What the driver printed with DbgPrint, of the lines that begin with `mark`.
    #[must_use]
    pub fn printed(&self, mark: &str) -> Vec<String> {
        let lines = self.text.lines();
        lines
            .filter(|line| line.contains("vDbgPrintExWithPrefix"))
            .filter_map(|line| line.split_once(mark))
            .map(|(_, answer)| format!("{mark}{answer}"))
            .collect()
    }
}
