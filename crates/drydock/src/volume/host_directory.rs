//! HostDirectory — the directory a volume lives in; every access stays inside it and follows no symbolic link.
//!
//! Paths here are relative, with `/`, in the case the host has them; the empty path is the directory itself.
//! Symbolic links, devices, sockets and names that Windows cannot express are not part of the volume.

use std::fs::File;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::fs::{
    self as host, AtFlags, FileType, Mode, OFlags, RenameFlags, ResolveFlags, StatxFlags,
};
use rustix::io::{Errno, Result};

use super::name::{self, STREAM_STORE};

/// HostDirectory — an open host directory.
pub struct HostDirectory {
    root: OwnedFd,
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

const INSIDE: ResolveFlags = ResolveFlags::BENEATH.union(ResolveFlags::NO_SYMLINKS);
const STATX: StatxFlags = StatxFlags::BASIC_STATS.union(StatxFlags::BTIME);

impl HostDirectory {
    /// Opens the directory and makes sure that it can be written.
    ///
    /// # Errors
    /// When it is missing, no directory, or read-only (by its mode, its mount, or the caller's rights).
    pub fn open(path: &Path) -> std::result::Result<Self, VolumeError> {
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
        Ok(Self { root })
    }

    /// The stat of a path in exactly this case.
    pub fn stat(&self, path: &str) -> Result<HostStat> {
        let node = self.resolve(path, OFlags::PATH)?;
        stat_of(node.as_fd())
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
        for name in visible_names(&node, directory)? {
            match stat_at(node.as_fd(), &name) {
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
                files.push((name.to_owned(), stat_at(node.as_fd(), name)?));
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
        visible_names(&node, directory)
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
        host::openat2(&self.root, path, flags, Mode::from_raw_mode(0o644), INSIDE).map(File::from)
    }

    /// Creates a new directory.
    pub fn create_directory(&self, path: &str) -> Result<()> {
        let (parent, name) = self.parent_of(path)?;
        host::mkdirat(&parent, name, Mode::from_raw_mode(0o755))
    }

    /// Removes a file or an empty directory.
    pub fn remove(&self, path: &str, directory: bool) -> Result<()> {
        let (parent, name) = self.parent_of(path)?;
        let flags = if directory {
            AtFlags::REMOVEDIR
        } else {
            AtFlags::empty()
        };
        host::unlinkat(&parent, name, flags)
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
        host::renameat_with(&from_parent, from_name, &to_parent, to_name, flags)
    }

    /// Makes a hard link.
    pub fn link(&self, from: &str, to: &str) -> Result<()> {
        let (from_parent, from_name) = self.parent_of(from)?;
        let (to_parent, to_name) = self.parent_of(to)?;
        host::linkat(
            &from_parent,
            from_name,
            &to_parent,
            to_name,
            AtFlags::empty(),
        )
    }

    /// Sets or clears the host's write permission.
    pub fn set_read_only(&self, path: &str, read_only: bool) -> Result<()> {
        let node = self.resolve(path, OFlags::RDONLY)?;
        let mode = host::fstat(&node)?.st_mode & 0o7777;
        let mode = if read_only {
            mode & !0o222
        } else {
            mode | 0o200
        };
        host::fchmod(&node, Mode::from_raw_mode(mode))
    }

    /// Sets the last access and last write times; `None` keeps one.
    pub fn set_times(
        &self,
        path: &str,
        last_access: Option<i64>,
        last_write: Option<i64>,
    ) -> Result<()> {
        let node = self.resolve(path, OFlags::RDONLY)?;
        let times = host::Timestamps {
            last_access: timespec(last_access),
            last_modification: timespec(last_write),
        };
        host::futimens(&node, &times)
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

    fn resolve(&self, path: &str, flags: OFlags) -> Result<OwnedFd> {
        let path = if path.is_empty() { "." } else { path };
        // NONBLOCK: opening a pipe must not wait for its other end. (O_PATH does not wait, and takes no such flag.)
        let waits = if flags.contains(OFlags::PATH) {
            OFlags::empty()
        } else {
            OFlags::NONBLOCK
        };
        let flags = flags | OFlags::CLOEXEC | OFlags::NOFOLLOW | waits;
        match host::openat2(&self.root, path, flags, Mode::empty(), INSIDE) {
            Err(Errno::LOOP) => Err(Errno::NOENT),
            opened => opened,
        }
    }

    fn parent_of<'p>(&self, path: &'p str) -> Result<(OwnedFd, &'p str)> {
        let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
        if name.is_empty() {
            return Err(Errno::BUSY);
        }
        Ok((
            self.resolve(parent, OFlags::PATH | OFlags::DIRECTORY)?,
            name,
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

/// The stat of an open file or directory.
pub fn stat_of(node: BorrowedFd<'_>) -> Result<HostStat> {
    convert(&host::statx(node, "", AtFlags::EMPTY_PATH, STATX)?)
}

fn stat_at(directory: BorrowedFd<'_>, name: &str) -> Result<HostStat> {
    convert(&host::statx(
        directory,
        name,
        AtFlags::SYMLINK_NOFOLLOW,
        STATX,
    )?)
}

fn visible_names(node: &OwnedFd, directory: &str) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in host::Dir::read_from(node)? {
        let entry = entry?;
        let plain = matches!(
            entry.file_type(),
            FileType::RegularFile | FileType::Directory | FileType::Unknown
        );
        if let Ok(name) = entry.file_name().to_str()
            && plain
            && !name::is_hidden(directory, name)
        {
            names.push(name.to_owned());
        }
    }
    Ok(names)
}

fn convert(stat: &host::Statx) -> Result<HostStat> {
    let directory = match FileType::from_raw_mode(stat.stx_mode.into()) {
        FileType::Directory => true,
        FileType::RegularFile => false,
        _ => return Err(Errno::NOENT),
    };
    let time = |t: &host::StatxTimestamp| filetime(t.tv_sec, t.tv_nsec);
    let change = time(&stat.stx_ctime);
    let has_birth = StatxFlags::from_bits_retain(stat.stx_mask).contains(StatxFlags::BTIME);
    Ok(HostStat {
        id: stat.stx_ino,
        directory,
        size: if directory { 0 } else { stat.stx_size },
        allocation: if directory {
            0
        } else {
            stat.stx_size.next_multiple_of(4096)
        },
        links: if directory { 1 } else { stat.stx_nlink },
        read_only: stat.stx_mode & 0o200 == 0,
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
    })
}

/// Seconds from 1601 to 1970.
const EPOCH_S: i64 = 11_644_473_600;

fn filetime(seconds: i64, nanoseconds: u32) -> i64 {
    (seconds + EPOCH_S) * 10_000_000 + i64::from(nanoseconds) / 100
}

fn timespec(time: Option<i64>) -> host::Timespec {
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
