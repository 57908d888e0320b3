//! HostDirectory — the directory a volume lives in; every access stays inside it and follows no symbolic link.
//!
//! Paths here are relative, with `/`, in the case the host has them; the empty path is the directory itself.
//! Devices, sockets and names that Windows cannot express are not part of the volume, nor are symbolic links unless
//! Linux programs use it; nothing beyond a mount point is.

use std::borrow::Cow;
use std::fs::File;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::fs::{
    self as host, AtFlags, FileType, Mode, OFlags, RenameFlags, ResolveFlags, StatxFlags,
};
use rustix::io::{Errno, Result};

use super::linux_name;
use super::name::{self, STREAM_STORE};

/// HostDirectory — an open host directory.
pub struct HostDirectory {
    root: OwnedFd,
    semantics: Semantics,
}

/// Semantics — whose programs use the volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Semantics {
    /// Case does not count, files are read-only by their mode, and what Windows cannot express is not there.
    Windows,
    /// Case counts, names that Windows forbids have stand-ins ([`linux_name`]), modes, owners and symbolic links are
    /// kept as WSL keeps them: as Linux metadata and reparse points.
    Linux,
}

/// VolumeError — why a directory cannot be a volume, in one line that names it.
#[derive(Debug, thiserror::Error)]
#[error("{directory}: volume directory {reason}")]
pub struct VolumeError {
    directory: String,
    reason: String,
}

/// HostStat — what the host says about a file or directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostStat {
    /// Inode number; with one file system below a volume it identifies a file.
    pub id: u64,
    pub directory: bool,
    pub size: u64,
    pub allocation: u64,
    pub links: u32,
    pub read_only: bool,
    /// A symbolic link, where there can be one.
    pub symlink: bool,
    /// Mode with the kind of file, as `stat` gives it.
    pub mode: u32,
    pub uid: u32,
    pub gid: u32,
    pub times: HostTimes,
}

/// HostTimes — the four times in 100 ns units since 1601.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HostTimes {
    pub creation: i64,
    pub last_access: i64,
    pub last_write: i64,
    pub change: i64,
}

const INSIDE: ResolveFlags = ResolveFlags::BENEATH
    .union(ResolveFlags::NO_SYMLINKS)
    .union(ResolveFlags::NO_XDEV);
const STATX: StatxFlags = StatxFlags::BASIC_STATS.union(StatxFlags::BTIME);

impl HostDirectory {
    /// Opens the directory and makes sure that it can be written.
    ///
    /// # Errors
    /// When it is missing, no directory, or read-only (by its mode, its mount, or the caller's rights).
    pub fn open(path: &Path, semantics: Semantics) -> std::result::Result<Self, VolumeError> {
        let error = |reason: String| VolumeError {
            directory: path.display().to_string(),
            reason,
        };
        let flags = OFlags::DIRECTORY | OFlags::CLOEXEC;
        let root = host::open(path, flags, Mode::empty()).map_err(|e| match e {
            Errno::NOENT => error("does not exist".into()),
            Errno::NOTDIR => error("is not a directory".into()),
            e => error(format!("cannot be opened: {}", std::io::Error::from(e))),
        })?;
        let mode = host::fstat(&root)
            .map_err(|e| error(std::io::Error::from(e).to_string()))?
            .st_mode;
        let access = host::accessat(
            &root,
            ".",
            host::Access::WRITE_OK | host::Access::EXEC_OK,
            AtFlags::empty(),
        );
        if mode & 0o222 == 0 || access.is_err() {
            return Err(error("is read-only".into()));
        }
        Ok(Self { root, semantics })
    }

    /// The directory itself.
    pub(super) fn root(&self) -> &OwnedFd {
        &self.root
    }

    /// Whether Linux programs use the volume.
    pub fn is_linux(&self) -> bool {
        self.semantics == Semantics::Linux
    }

    /// A path as the host has it.
    fn on_host<'p>(&self, path: &'p str) -> Cow<'p, str> {
        match self.semantics {
            Semantics::Windows => Cow::Borrowed(path),
            Semantics::Linux => linux_name::to_linux(path),
        }
    }

    /// What is part of the volume by its kind.
    fn admits(&self, kind: FileType) -> bool {
        matches!(
            kind,
            FileType::RegularFile | FileType::Directory | FileType::Unknown
        ) || (kind == FileType::Symlink && self.is_linux())
    }

    /// The stat of a path in exactly this case.
    pub fn stat(&self, path: &str) -> Result<HostStat> {
        let node = self.resolve(path, OFlags::PATH)?;
        self.stat_of(node.as_fd())
    }

    /// The stat of an open file or directory.
    pub fn stat_of(&self, node: BorrowedFd<'_>) -> Result<HostStat> {
        self.convert(&host::statx(node, "", AtFlags::EMPTY_PATH, STATX)?)
    }

    fn stat_at(&self, directory: BorrowedFd<'_>, name: &str) -> Result<HostStat> {
        let name = self.on_host(name);
        self.convert(&host::statx(
            directory,
            &*name,
            AtFlags::SYMLINK_NOFOLLOW,
            STATX,
        )?)
    }

    fn convert(&self, stat: &host::Statx) -> Result<HostStat> {
        let kind = FileType::from_raw_mode(stat.stx_mode.into());
        match self.admits(kind) {
            true => Ok(convert(stat, kind, self.semantics)),
            false => Err(Errno::NOENT),
        }
    }

    /// Finds `name` in `directory`, in this case or, failing that, in any; gives the name as it is on disk.
    pub fn lookup(&self, directory: &str, name: &str) -> Result<(String, HostStat)> {
        if name::is_hidden(directory, name) {
            return Err(Errno::NOENT);
        }
        match self.stat(&join(directory, name)) {
            Err(Errno::NOENT) => {}
            found => return found.map(|stat| (name.to_owned(), stat)),
        }
        if self.is_linux() {
            return Err(Errno::NOENT);
        }
        let folded = name::fold(name);
        let entry = self
            .names(directory)?
            .into_iter()
            .find(|n| name::fold(n) == folded)
            .ok_or(Errno::NOENT)?;
        let stat = self.stat(&join(directory, &entry))?;
        Ok((entry, stat))
    }

    /// All entries of a directory, sorted as NTFS sorts them: by name without case.
    pub fn list(&self, directory: &str) -> Result<Vec<(String, HostStat)>> {
        let node = self.resolve(directory, OFlags::RDONLY | OFlags::DIRECTORY)?;
        let mut entries = Vec::new();
        for name in self.visible_names(&node, directory)? {
            match self.stat_at(node.as_fd(), &name) {
                Ok(stat) => entries.push((name, stat)),
                Err(Errno::NOENT) => {}
                Err(e) => return Err(e),
            }
        }
        entries.sort_by_cached_key(|(name, _)| name::fold(name));
        Ok(entries)
    }

    /// The files of a directory in the stream store, whatever their names.
    pub fn list_store(&self, directory: &str) -> Result<Vec<(String, HostStat)>> {
        let node = self.resolve(directory, OFlags::RDONLY | OFlags::DIRECTORY)?;
        let mut files = Vec::new();
        for entry in host::Dir::read_from(&node)? {
            let entry = entry?;
            if let (FileType::RegularFile, Ok(name)) =
                (entry.file_type(), entry.file_name().to_str())
            {
                files.push((name.to_owned(), self.stat_at(node.as_fd(), name)?));
            }
        }
        files.sort_by_cached_key(|(name, _)| name::fold(name));
        Ok(files)
    }

    /// Whether the host holds anything in a directory, visible or not.
    pub fn is_empty(&self, directory: &str) -> Result<bool> {
        let node = self.resolve(directory, OFlags::RDONLY | OFlags::DIRECTORY)?;
        for entry in host::Dir::read_from(&node)? {
            let entry = entry?;
            if !matches!(entry.file_name().to_bytes(), b"." | b"..") {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn names(&self, directory: &str) -> Result<Vec<String>> {
        let node = self.resolve(directory, OFlags::RDONLY | OFlags::DIRECTORY)?;
        self.visible_names(&node, directory)
    }

    fn visible_names(&self, node: &OwnedFd, directory: &str) -> Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in host::Dir::read_from(node)? {
            let entry = entry?;
            let name = match self.semantics {
                Semantics::Windows => entry.file_name().to_str().ok().map(Cow::Borrowed),
                Semantics::Linux => linux_name::to_windows(entry.file_name().to_bytes()),
            };
            if let Some(name) = name
                && self.admits(entry.file_type())
                && !name::is_hidden(directory, &name)
            {
                names.push(name.into_owned());
            }
        }
        Ok(names)
    }

    /// Opens a file for reading and, unless its mode forbids that, for writing.
    pub fn open_file(&self, path: &str) -> Result<File> {
        let writable = self.resolve(path, OFlags::RDWR);
        match writable {
            Err(Errno::ACCESS | Errno::PERM | Errno::ROFS) => {
                self.resolve(path, OFlags::RDONLY).map(File::from)
            }
            opened => opened.map(File::from),
        }
    }

    /// Creates a new file.
    pub fn create_file(&self, path: &str) -> Result<File> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        let path = self.on_host(path);
        host::openat2(
            &self.root,
            &*path,
            flags,
            Mode::from_raw_mode(0o644),
            INSIDE,
        )
        .map(File::from)
    }

    /// Creates a new directory.
    pub fn create_directory(&self, path: &str) -> Result<()> {
        let (parent, name) = self.parent_of(path)?;
        host::mkdirat(&parent, &*name, Mode::from_raw_mode(0o755))
    }

    /// Removes a file or an empty directory.
    pub fn remove(&self, path: &str, directory: bool) -> Result<()> {
        let (parent, name) = self.parent_of(path)?;
        let flags = if directory {
            AtFlags::REMOVEDIR
        } else {
            AtFlags::empty()
        };
        host::unlinkat(&parent, &*name, flags)
    }

    /// Renames; an existing target gives EXIST unless `replace`.
    pub fn rename(&self, from: &str, to: &str, replace: bool) -> Result<()> {
        let (from_parent, from_name) = self.parent_of(from)?;
        let (to_parent, to_name) = self.parent_of(to)?;
        let flags = if replace {
            RenameFlags::empty()
        } else {
            RenameFlags::NOREPLACE
        };
        host::renameat_with(&from_parent, &*from_name, &to_parent, &*to_name, flags)
    }

    /// Makes a hard link.
    pub fn link(&self, from: &str, to: &str) -> Result<()> {
        let (from_parent, from_name) = self.parent_of(from)?;
        let (to_parent, to_name) = self.parent_of(to)?;
        host::linkat(
            &from_parent,
            &*from_name,
            &to_parent,
            &*to_name,
            AtFlags::empty(),
        )
    }

    /// Size and free space of the host's file system in bytes: (total, free, free for the caller).
    pub fn space(&self) -> Result<(u64, u64, u64)> {
        let space = host::fstatvfs(&self.root)?;
        Ok((
            space.f_blocks * space.f_frsize,
            space.f_bfree * space.f_frsize,
            space.f_bavail * space.f_frsize,
        ))
    }

    pub(super) fn resolve(&self, path: &str, flags: OFlags) -> Result<OwnedFd> {
        let path = if path.is_empty() { "." } else { path };
        // NONBLOCK: opening a pipe must not wait for its other end. (O_PATH does not wait, and takes no such flag.)
        let waits = if flags.contains(OFlags::PATH) {
            OFlags::empty()
        } else {
            OFlags::NONBLOCK
        };
        let flags = flags | OFlags::CLOEXEC | OFlags::NOFOLLOW | waits;
        let path = self.on_host(path);
        match host::openat2(&self.root, &*path, flags, Mode::empty(), INSIDE) {
            Err(Errno::LOOP) => Err(Errno::NOENT),
            opened => opened,
        }
    }

    /// The directory that a path is in, and the name in it as the host has it.
    pub(super) fn parent_of<'p>(&self, path: &'p str) -> Result<(OwnedFd, Cow<'p, str>)> {
        let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
        if name.is_empty() {
            return Err(Errno::BUSY);
        }
        Ok((
            self.resolve(parent, OFlags::PATH | OFlags::DIRECTORY)?,
            self.on_host(name),
        ))
    }
}

/// Joins a directory's path and a name.
pub fn join(directory: &str, name: &str) -> String {
    if directory.is_empty() {
        name.to_owned()
    } else {
        format!("{directory}/{name}")
    }
}

fn convert(stat: &host::Statx, kind: FileType, semantics: Semantics) -> HostStat {
    let directory = kind == FileType::Directory;
    let time = |t: &host::StatxTimestamp| filetime(t.tv_sec, t.tv_nsec);
    let change = time(&stat.stx_ctime);
    let has_birth = StatxFlags::from_bits_retain(stat.stx_mask).contains(StatxFlags::BTIME);
    HostStat {
        id: stat.stx_ino,
        directory,
        size: if directory { 0 } else { stat.stx_size },
        allocation: if directory {
            0
        } else {
            stat.stx_size.next_multiple_of(4096)
        },
        links: match semantics {
            Semantics::Windows if directory => 1,
            _ => stat.stx_nlink,
        },
        read_only: semantics == Semantics::Windows && stat.stx_mode & 0o200 == 0,
        symlink: kind == FileType::Symlink,
        mode: stat.stx_mode.into(),
        uid: stat.stx_uid,
        gid: stat.stx_gid,
        times: HostTimes {
            creation: if has_birth {
                time(&stat.stx_btime)
            } else {
                change
            },
            last_access: time(&stat.stx_atime),
            last_write: time(&stat.stx_mtime),
            change,
        },
    }
}

/// Seconds from 1601 to 1970.
const EPOCH_S: i64 = 11_644_473_600;

pub(super) fn filetime(seconds: i64, nanoseconds: u32) -> i64 {
    (seconds + EPOCH_S) * 10_000_000 + i64::from(nanoseconds) / 100
}

pub(super) fn timespec(time: Option<i64>) -> host::Timespec {
    match time {
        None => host::Timespec {
            tv_sec: 0,
            tv_nsec: host::UTIME_OMIT,
        },
        Some(t) => host::Timespec {
            tv_sec: t.div_euclid(10_000_000) - EPOCH_S,
            tv_nsec: t.rem_euclid(10_000_000) * 100,
        },
    }
}

/// The path of the file that holds a named stream.
pub fn stream_path(id: u64, stream: &str) -> String {
    format!("{STREAM_STORE}/{id}/{stream}")
}
