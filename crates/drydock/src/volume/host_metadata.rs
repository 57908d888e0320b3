//! Modes, owners, times and symbolic links of the host, by a path in the volume or by a file that has lost its name.

use std::fs::File;

use rustix::fs::{self as host, AtFlags, Gid, Mode, OFlags, Uid};
use rustix::io::{Errno, Result};

use super::host_directory::{HostDirectory, HostStat, timespec};

/// HostNode — a file or directory whose metadata are meant.
pub enum HostNode<'n> {
    /// By its path.
    Path(&'n str),
    /// A file that is open and has no name any more.
    File(&'n File),
}

impl HostDirectory {
    /// Sets the permission bits.
    pub fn set_mode(&self, node: &HostNode<'_>, mode: u32) -> Result<()> {
        let mode = Mode::from_raw_mode(mode & 0o7777);
        match node {
            HostNode::File(file) => host::fchmod(file, mode),
            HostNode::Path("") => host::fchmod(self.root(), mode),
            HostNode::Path(path) => {
                let (parent, name) = self.parent_of(path)?;
                host::chmodat(&parent, &*name, mode, AtFlags::empty())
            }
        }
    }

    /// Sets or clears the host's write permission.
    pub fn set_read_only(
        &self,
        node: &HostNode<'_>,
        stat: &HostStat,
        read_only: bool,
    ) -> Result<()> {
        let mode = if read_only {
            stat.mode & !0o222
        } else {
            stat.mode | 0o200
        };
        self.set_mode(node, mode)
    }

    /// Sets owner and group; `None` keeps one.
    pub fn set_owner(&self, node: &HostNode<'_>, uid: Option<u32>, gid: Option<u32>) -> Result<()> {
        let (uid, gid) = (uid.map(Uid::from_raw), gid.map(Gid::from_raw));
        match node {
            HostNode::File(file) => host::fchown(file, uid, gid),
            HostNode::Path("") => host::fchown(self.root(), uid, gid),
            HostNode::Path(path) => {
                let (parent, name) = self.parent_of(path)?;
                host::chownat(&parent, &*name, uid, gid, AtFlags::SYMLINK_NOFOLLOW)
            }
        }
    }

    /// Sets the last access and last write times; `None` keeps one.
    pub fn set_times(
        &self,
        node: &HostNode<'_>,
        last_access: Option<i64>,
        last_write: Option<i64>,
    ) -> Result<()> {
        let times = host::Timestamps {
            last_access: timespec(last_access),
            last_modification: timespec(last_write),
        };
        match node {
            HostNode::File(file) => host::futimens(file, &times),
            HostNode::Path("") => host::futimens(self.root(), &times),
            HostNode::Path(path) => {
                let (parent, name) = self.parent_of(path)?;
                host::utimensat(&parent, &*name, &times, AtFlags::SYMLINK_NOFOLLOW)
            }
        }
    }

    /// Puts a symbolic link in the place of the file at `path`, in one step for everybody who looks.
    pub fn replace_by_symlink(&self, path: &str, target: &str) -> Result<()> {
        let (parent, name) = self.parent_of(path)?;
        let passing = format!(".drydock-link-{:016x}", fastrand::u64(..));
        host::symlinkat(target, &parent, &*passing)?;
        host::renameat(&parent, &*passing, &parent, &*name).inspect_err(|_| {
            // The error of the rename is the one to tell.
            let _ = host::unlinkat(&parent, &*passing, AtFlags::empty());
        })
    }

    /// Where a symbolic link leads.
    pub fn read_symlink(&self, path: &str) -> Result<Vec<u8>> {
        let node = self.resolve(path, OFlags::PATH)?;
        match host::readlinkat(&node, "", Vec::new()) {
            // What the host says where the node is no symbolic link.
            Err(Errno::NOENT) => Err(Errno::INVAL),
            found => found.map(std::ffi::CString::into_bytes),
        }
    }
}
