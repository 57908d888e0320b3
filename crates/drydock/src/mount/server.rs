//! What the kernel's requests have in common: who asks, by which path, and when the mount ends.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use fuser::Errno;
use minifilter_sys::*;

use super::caller::Callers;
use super::data::WRITES;
use super::errno::errno_of;
use super::locks::Locks;
use super::nodes::{Nodes, ROOT};
use super::open_files::OpenFiles;
use crate::io::{CreateOptions, Handle, Io, Programs, StatLx};
use crate::model::activity::Activity;
use crate::volume::linux_name;

/// Server — answers the kernel's requests for one mount.
pub struct Server {
    pub(super) programs: Programs,
    pub(super) nodes: Nodes,
    pub(super) files: OpenFiles,
    pub(super) locks: Locks,
    callers: Callers,
    requests: Activity,
    answered: AtomicU64,
    closes: AtomicU64,
}

/// Access and options to look at a file, whatever it is.
pub const LOOK: CreateOptions = CreateOptions {
    access: FILE_READ_ATTRIBUTES | SYNCHRONIZE,
    share: SHARE_ALL,
    disposition: FILE_OPEN,
    options: FILE_SYNCHRONOUS_IO_NONALERT | FILE_OPEN_REPARSE_POINT,
    attributes: FILE_ATTRIBUTE_NORMAL,
    transaction: 0,
};

const SHARE_ALL: u32 = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;

/// Longest name of a file.
const LONGEST: usize = 255;

/// How often a path may change under a request before it gives up.
const TRIES: u32 = 100;

/// One close in so many gives the lazy writer a turn, so that the files of many closes do not pile up.
const CLOSES: u64 = 64;

impl Server {
    /// For programs on a mounted volume.
    pub fn new(programs: Programs) -> Result<Self, NTSTATUS> {
        let root = {
            let io = programs.io(std::process::id());
            io.create("\\", LOOK)?.stat_lx()?
        };
        Ok(Self {
            programs,
            nodes: Nodes::new(&root),
            files: OpenFiles::default(),
            locks: Locks::default(),
            callers: Callers::default(),
            requests: Activity::default(),
            answered: AtomicU64::new(0),
            closes: AtomicU64::new(0),
        })
    }

    /// Answers one request in the name of the process that thread `caller` belongs to; ENODEV once the mount ends.
    pub fn answer<R>(
        &self,
        caller: u32,
        work: impl FnOnce(&Io) -> Result<R, Errno>,
    ) -> Result<R, Errno> {
        if !self.requests.enter() {
            return Err(Errno::ENODEV);
        }
        self.answered.fetch_add(1, Ordering::Relaxed);
        let result = work(&self.programs.io(self.process_of(caller)));
        self.requests.exit();
        result
    }

    /// The process of a thread.
    pub fn process_of(&self, caller: u32) -> u32 {
        self.callers.process_of(caller)
    }

    /// Requests so far.
    pub fn answered(&self) -> u64 {
        self.answered.load(Ordering::Relaxed)
    }

    /// Refuses requests from now on, waits for those under way, and closes what programs have open.
    pub fn close(&self, patience: Duration) -> bool {
        self.requests.close();
        self.locks.close();
        let idle = self.requests.wait_idle(patience);
        self.files.clear();
        idle
    }

    /// A file was closed.
    pub(super) fn closed(&self) {
        if self.closes.fetch_add(1, Ordering::Relaxed) % CLOSES == CLOSES - 1 {
            self.programs.write_lazily();
        }
    }

    /// The Windows form of a name that is to be found.
    pub(super) fn name_of(name: &OsStr) -> Result<Cow<'_, str>, Errno> {
        if name.len() > LONGEST {
            return Err(Errno::ENAMETOOLONG);
        }
        let windows = linux_name::to_windows(name.as_bytes()).ok_or(Errno::EILSEQ)?;
        match windows.len() > LONGEST {
            true => Err(Errno::ENAMETOOLONG),
            false => Ok(windows),
        }
    }

    /// Opens a name in a directory, again if the directory was moved meanwhile.
    pub(super) fn with_child<'io, R>(
        &self,
        io: &'io Io,
        parent: u64,
        name: &str,
        open: impl Fn(&'io Io, &str) -> Result<R, NTSTATUS>,
    ) -> Result<R, Errno> {
        self.settled(|| {
            let path = self.nodes.child_path(parent, name);
            path.ok_or(STATUS_OBJECT_PATH_NOT_FOUND)
                .and_then(|path| open(io, &path))
        })
    }

    /// Repeats what found nothing while names were changing.
    fn settled<R>(&self, attempt: impl Fn() -> Result<R, NTSTATUS>) -> Result<R, Errno> {
        let mut tries = 0;
        loop {
            let now = self.nodes.now();
            match attempt() {
                Err(
                    STATUS_OBJECT_NAME_NOT_FOUND
                    | STATUS_OBJECT_PATH_NOT_FOUND
                    | STATUS_DELETE_PENDING,
                ) if tries < TRIES && self.nodes.outdated(now) => {
                    tries += 1;
                    std::thread::sleep(Duration::from_micros(100));
                }
                done => return done.map_err(errno_of),
            }
        }
    }

    /// Opens a node by one of its names.
    pub(super) fn open_node<'io>(
        &self,
        io: &'io Io,
        node: u64,
        options: CreateOptions,
    ) -> Result<Handle<'io>, Errno> {
        self.settled(|| {
            let path = self.nodes.path(node).ok_or(STATUS_FILE_DELETED)?;
            io.create(&path, options)
        })
    }

    /// Does something to a node: through the file `number` if that was opened with the right for it, else through one
    /// that is opened for it, or, when the node has lost its names, through any that is open.
    pub(super) fn with_node<R>(
        &self,
        io: &Io,
        node: u64,
        number: Option<u64>,
        access: u32,
        work: impl FnOnce(&Handle<'_>) -> Result<R, Errno>,
    ) -> Result<R, Errno> {
        let given = number.map(|number| self.files.get(number)).transpose()?;
        if let Some(file) = given.filter(|file| file.has(access)) {
            return file.with(io, work);
        }
        if self.nodes.path(node).is_none()
            && let Some(file) = self.files.of_node(node, access)
        {
            return file.with(io, work);
        }
        let options = LOOK.access(access | FILE_READ_ATTRIBUTES | SYNCHRONIZE);
        work(&self.open_node(io, node, options)?)
    }

    /// The attributes of a node, after what is being written there.
    pub(super) fn stat(&self, io: &Io, node: u64, number: Option<u64>) -> Result<StatLx, Errno> {
        if let Some(open) = self.files.of_node(node, WRITES) {
            self.write_back(io, &open)?;
        }
        self.with_node(io, node, number, FILE_READ_ATTRIBUTES, |handle| {
            handle.stat_lx().map_err(errno_of)
        })
    }

    /// The volume's sizes: all, free, and free for the caller, in units of the fourth.
    pub(super) fn space(&self, io: &Io) -> Result<[u64; 4], Errno> {
        let mut bytes = [0; 32];
        self.open_node(io, ROOT, LOOK)?
            .query_volume(FileFsFullSizeInformation, &mut bytes)
            .map_err(errno_of)?;
        let wide = |at: usize| {
            bytes[at..at + 8]
                .iter()
                .rev()
                .fold(0, |v, b| v << 8 | u64::from(*b))
        };
        let half = |at: usize| wide(at) & 0xFFFF_FFFF;
        let unit = u64::from(u32::try_from(half(24) * (wide(24) >> 32)).unwrap_or(4096));
        Ok([wide(0), wide(16), wide(8), unit])
    }
}
