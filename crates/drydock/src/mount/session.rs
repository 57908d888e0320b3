//! A mount from its beginning to its end.

use std::io::{self, IsTerminal};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use fuser::{Config, MountOption, Session};
use rustix::fs::{Mode, OFlags};
use rustix::mount::UnmountFlags;

use super::filesystem::Mount;
use super::progress::Progress;
use super::server::Server;
use crate::io::Programs;
use crate::model::standstill;
use crate::report::status_text;

/// Type of the file system, as `mount` lists it.
pub const KIND: &str = "drydock";

/// Threads that take requests.
const THREADS: usize = 8;

/// How long the lazy writer rests.
const PAUSE: Duration = Duration::from_secs(1);

/// How long requests under way may take when the mount ends.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why a mount ends.
enum End {
    /// The session is over: somebody unmounted.
    Unmounted(io::Result<()>),
    /// A signal.
    Asked,
}

/// Mounts at `mountpoint` until somebody unmounts or asks the process to end; gives the number of requests.
///
/// # Errors
/// The mount cannot be made.
pub fn run(programs: &Programs, mountpoint: &Path) -> Result<u64> {
    allow_many_files();
    standstill::THREADS.join_outsiders();
    let server = Server::new(programs.clone()).map_err(|status| {
        anyhow::anyhow!(
            "the volume's root cannot be opened: {}",
            status_text(status)
        )
    })?;
    let server = Arc::new(server);
    let lacks = Arc::new(Mutex::new(Vec::new()));
    let (tell, told) = channel();
    watch_signals(tell.clone())?;
    let session = open(&server, &lacks, mountpoint)?;
    for what in lacks.lock().map(|lacks| lacks.clone()).unwrap_or_default() {
        eprintln!("note: this kernel's FUSE has no {what}");
    }
    std::thread::Builder::new()
        .name("session".into())
        .spawn(move || {
            // Nobody to tell is nobody to care.
            let _ = tell.send(End::Unmounted(session.run()));
        })
        .context("no thread for the mount")?;
    if io::stderr().is_terminal() {
        eprintln!(
            "mounted at {}; end with Ctrl-C or umount",
            mountpoint.display()
        );
    }
    match serve(programs, &server, &told) {
        End::Unmounted(Ok(())) => {}
        End::Unmounted(Err(error)) => eprintln!("note: the mount ended with: {error}"),
        End::Asked => take_down(mountpoint, &told),
    }
    if !server.close(PATIENCE) {
        bail!("requests are still under way {PATIENCE:?} after the mount ended");
    }
    Ok(server.answered())
}

/// Gives the lazy writer its turns until the mount ends.
fn serve(programs: &Programs, server: &Server, told: &Receiver<End>) -> End {
    let progress = Progress::new();
    loop {
        match told.recv_timeout(PAUSE) {
            Ok(end) => return end,
            Err(RecvTimeoutError::Timeout) => {
                programs.write_lazily();
                progress.show(server.answered(), server.files.count());
            }
            Err(RecvTimeoutError::Disconnected) => return End::Asked,
        }
    }
}

fn open(
    server: &Arc<Server>,
    lacks: &Arc<Mutex<Vec<&'static str>>>,
    mountpoint: &Path,
) -> Result<Session<Mount>> {
    if let Err(error) = std::fs::metadata("/dev/fuse") {
        bail!("/dev/fuse: {error}; mounting needs a kernel with FUSE (modprobe fuse)");
    }
    let mut config = Config::default();
    config.mount_options = vec![
        MountOption::FSName(KIND.into()),
        MountOption::Subtype(KIND.into()),
        MountOption::NoDev,
        MountOption::NoSuid,
    ];
    config.n_threads = Some(THREADS);
    config.clone_fd = true;
    Session::new(Mount::new(server, lacks), mountpoint, &config).with_context(|| {
        format!(
            "{}: cannot be mounted; this needs root, or fusermount3 (Debian package fuse3)",
            mountpoint.display()
        )
    })
}

fn watch_signals(tell: Sender<End>) -> Result<()> {
    ctrlc::set_handler(move || {
        // The second signal finds nobody: the first is being obeyed.
        let _ = tell.send(End::Asked);
    })
    .context("cannot watch for Ctrl-C")
}

/// Unmounts although programs may use the mount: what they have mapped is written, then they lose it.
fn take_down(mountpoint: &Path, told: &Receiver<End>) {
    let flags = OFlags::DIRECTORY | OFlags::CLOEXEC;
    if let Ok(root) = rustix::fs::open(mountpoint, flags, Mode::empty()) {
        // What cannot be written back has been refused by the driver.
        let _ = rustix::fs::syncfs(&root);
    }
    detach(mountpoint);
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(500) {
        if let Ok(End::Unmounted(_)) = told.recv_timeout(Duration::from_millis(50)) {
            return;
        }
    }
}

/// Takes the mount at this place out of sight, whether used or not.
pub fn detach(mountpoint: &Path) {
    if rustix::mount::unmount(mountpoint, UnmountFlags::DETACH).is_ok() {
        return;
    }
    let mut helper = Command::new("fusermount3");
    helper.args(["-u", "-z", "-q", "--"]).arg(mountpoint);
    helper.stdout(Stdio::null()).stderr(Stdio::null());
    // Neither way means that it is not ours to unmount, or gone already.
    let _ = helper.status();
}

/// Whether a mount of this kind is at this place.
#[must_use]
pub fn is_mounted(mountpoint: &Path) -> bool {
    let Some(place) = mountpoint.to_str() else {
        return false;
    };
    let mounts = std::fs::read_to_string("/proc/self/mounts").unwrap_or_default();
    let escaped = place.replace('\\', "\\134").replace(' ', "\\040");
    mounts.lines().any(|line| {
        let mut fields = line.split(' ');
        fields.next() == Some(KIND) && fields.next() == Some(escaped.as_str())
    })
}

/// Files that programs have open are open here too.
fn allow_many_files() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    // Without it, programs meet EMFILE earlier.
    let _ = setrlimit(Resource::Nofile, limit);
}
