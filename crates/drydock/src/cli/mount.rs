//! `drydock mount`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::{Scenario, parent};
use crate::mount;
use crate::verify::fault::Faults;
use crate::workload::Manners;

pub const EXAMPLES: &str = "Examples:
  drydock mount x.sys COPY /mnt                     then work in /mnt; Ctrl-C or `umount /mnt` ends it
  drydock mount x.sys --inf x.inf COPY /mnt --html report.html

Every request of a program becomes I/O of that process on a Windows volume over the files in DIR, through the
driver's callbacks. Needs /dev/fuse, and root or fusermount3.

Exit status: as drydock run.";

/// What `drydock mount` is told.
#[derive(Args, Clone)]
pub struct MountArgs {
    /// The driver file
    #[arg(value_name = "DRIVER.sys")]
    pub driver: PathBuf,
    /// Directory that becomes the volume and is written to
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    /// Empty directory where programs find it
    #[arg(value_name = "MOUNTPOINT")]
    mountpoint: PathBuf,
    /// INF or INX with the driver's instances, altitudes and parameters; by default one instance
    #[arg(long, value_name = "FILE")]
    pub inf: Option<PathBuf>,
    /// Programs at the driver's communication ports: none, polite or hostile (also bad pointers and sizes)
    #[arg(long, default_value = "polite", value_name = "none|polite|hostile")]
    client: Manners,
    /// Serve each communication port on a Unix socket in this directory, for programs that know the driver
    #[arg(long, value_name = "DIR", conflicts_with = "client")]
    ports: Option<PathBuf>,
    /// Allocations that fail: none or random:P
    #[arg(long, default_value = "none", value_name = "none|random:P")]
    faults: Faults,
    /// Seed of everything that is random
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Hold the driver to the rules of hypervisor-protected code integrity too
    #[arg(long)]
    hvci: bool,
    /// Write the report as JSON to this file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the report as one HTML page to this file, with a timeline
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write every callback, operation and call of an import to this file
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// End the mount after this many seconds; by default it has no end
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    timeout_s: Option<u64>,
}

impl MountArgs {
    /// The scenario that this is.
    pub fn scenario(&self) -> Scenario {
        Scenario {
            volume: Some(self.directory.clone()),
            workload: "mount".into(),
            threads: 2,
            seed: self.seed,
            client: self.ports.is_none().then_some(self.client),
            ports: self.ports.clone(),
            faults: self.faults,
            hvci: self.hvci,
            json: self.json.clone(),
            html: self.html.clone(),
            trace: self.trace.clone(),
            timeout_s: self.timeout_s.unwrap_or(Scenario::NO_END),
            mountpoint: Some(self.mountpoint.clone()),
            ..Scenario::defaults()
        }
    }

    /// Runs the mount in a child process, and leaves none behind however that ends.
    pub fn run(&self) -> ExitCode {
        if let Err(error) = check(&self.directory, &self.mountpoint, self.faults) {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
        let status = parent::run("child-mount", &self.scenario());
        let place = self.mountpoint.canonicalize();
        let place = place.as_deref().unwrap_or(&self.mountpoint);
        if mount::is_mounted(place) {
            mount::detach(place);
        }
        status
    }
}

fn check(directory: &Path, mountpoint: &Path, faults: Faults) -> Result<(), String> {
    if faults == Faults::Sweep {
        return Err("--faults sweep: a mount cannot be repeated; use random:P".into());
    }
    let known = |path: &Path| {
        path.canonicalize()
            .map_err(|error| format!("{}: {error}", path.display()))
    };
    let (directory, place) = (known(directory)?, known(mountpoint)?);
    if mount::is_mounted(&place) {
        return Err(format!(
            "{}: is a mount of drydock already; `umount` it first",
            mountpoint.display()
        ));
    }
    if place.starts_with(&directory) {
        return Err(format!(
            "{}: lies in the directory that is to be mounted there",
            mountpoint.display()
        ));
    }
    let mut entries =
        std::fs::read_dir(&place).map_err(|error| format!("{}: {error}", mountpoint.display()))?;
    match entries.next() {
        Some(_) => Err(format!("{}: is not empty", mountpoint.display())),
        None => Ok(()),
    }
}
