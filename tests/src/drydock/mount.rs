//! A mount of the bench, from its beginning to its report.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use ::drydock::mount::{detach, is_mounted};
use tempfile::TempDir;

use super::{Run, program};

/// How long a mount may take to come or to go.
const PATIENCE: Duration = Duration::from_secs(60);

/// Whether this machine can mount; says so, loudly and by the test's name, where it cannot.
pub fn possible(test: &str) -> bool {
    let can = Path::new("/dev/fuse").exists();
    if !can {
        eprintln!("SKIPPED {test}: this machine has no /dev/fuse");
    }
    can
}

/// Mount — `drydock mount` at work; taken down when dropped.
pub struct Mount {
    place: TempDir,
    process: Child,
    /// The directory that became the volume.
    pub directory: PathBuf,
    /// Where programs find it.
    pub point: PathBuf,
}

impl Mount {
    /// Starts a mount and waits until it is there, or its process has ended.
    pub fn start(driver: &Path, options: &[&str]) -> Self {
        let place = tempfile::tempdir().expect("a temporary directory");
        let [directory, point] = ["volume", "mount"].map(|name| {
            let path = place.path().join(name);
            fs::create_dir(&path).expect("a directory");
            path
        });
        let open = |name| fs::File::create(place.path().join(name)).expect("a file");
        let mut command = Command::new(program());
        command.arg("mount").arg(driver).args([&directory, &point]);
        command
            .arg("--json")
            .arg(place.path().join("report.json"))
            .args(options);
        let (out, errors) = (open("stdout"), open("stderr"));
        let process = command
            .stdout(out)
            .stderr(errors)
            .stdin(Stdio::null())
            .spawn()
            .expect("drydock starts");
        let mut mount = Self {
            place,
            process,
            directory,
            point,
        };
        mount.wait(|mount| is_mounted(&mount.point) || mount.has_ended());
        mount
    }

    /// Whether its process has ended.
    pub fn has_ended(&mut self) -> bool {
        matches!(self.process.try_wait(), Ok(Some(_)))
    }

    /// The process that the user started.
    pub fn process(&self) -> u32 {
        self.process.id()
    }

    /// Unmounts as a user does.
    #[track_caller]
    pub fn unmount(&self) {
        let status = Command::new("umount").arg(&self.point).status();
        assert!(status.expect("umount starts").success(), "umount");
    }

    /// Sends a signal to a process of the mount.
    #[track_caller]
    pub fn signal(&self, signal: &str, process: u32) {
        let status = Command::new("kill")
            .args([signal, &process.to_string()])
            .status();
        assert!(status.expect("kill starts").success(), "kill {signal}");
    }

    /// The process in which the driver runs.
    pub fn child(&self) -> u32 {
        let id = self.process.id();
        let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children"));
        let children = children.expect("the process lives");
        let first = children.split_whitespace().next().expect("it has a child");
        first.parse().expect("a number")
    }

    /// Waits for the end and gives its outcome; nothing may be mounted then.
    #[track_caller]
    pub fn ended(mut self) -> (Run, PathBuf, TempDir) {
        self.wait(Self::has_ended);
        assert!(!is_mounted(&self.point), "a mount is left behind");
        let text =
            |name: &str| fs::read_to_string(self.place.path().join(name)).unwrap_or_default();
        let run = Run {
            exit: self.process.wait().expect("it has ended").code(),
            stdout: text("stdout"),
            stderr: text("stderr"),
            report: serde_json::from_str(&text("report.json")).unwrap_or_default(),
        };
        let place = tempfile::tempdir().expect("a temporary directory");
        let place = std::mem::replace(&mut self.place, place);
        (run, std::mem::take(&mut self.directory), place)
    }

    #[track_caller]
    fn wait(&mut self, until: impl Fn(&mut Self) -> bool) {
        let begun = Instant::now();
        while !until(self) {
            assert!(
                begun.elapsed() < PATIENCE,
                "the mount neither comes nor goes"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        if !self.has_ended() {
            detach(&self.point);
            // A test has failed already, or the process ends in this moment.
            let _ = self.process.kill();
            let _ = self.process.wait();
            detach(&self.point);
        }
    }
}
