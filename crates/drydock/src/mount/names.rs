//! Requests about names: finding, making, renaming, linking and removing.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use fuser::{Errno, FileAttr, RenameFlags};
use minifilter_sys::*;

use super::attributes;
use super::errno::errno_of;
use super::server::{LOOK, Server};
use crate::io::{CreateOptions, Handle, Io, StatLx};
use crate::volume::linux_metadata::LinuxMetadata;

/// Renames as Linux means them.
const POSIX_RENAME: u32 = FILE_RENAME_POSIX_SEMANTICS | FILE_RENAME_IGNORE_READONLY_ATTRIBUTE;

impl Server {
    /// A name in a directory; what Windows has no form for is not there.
    pub(super) fn lookup(&self, io: &Io, parent: u64, name: &OsStr) -> Result<FileAttr, Errno> {
        let name = match Self::name_of(name) {
            Err(e) if e.code() == libc::EILSEQ => return Err(Errno::ENOENT),
            name => name?,
        };
        let stat = self.with_child(io, parent, &name, |io, path| {
            io.create(path, LOOK)?.stat_lx()
        })?;
        Ok(self.entry(parent, &name, &stat))
    }

    /// Tells the nodes what was found; the kernel has one lookup more of it.
    fn entry(&self, parent: u64, name: &str, stat: &StatLx) -> FileAttr {
        attributes::of(self.nodes.found(parent, name, stat), stat)
    }

    /// Opens a file for its creator, or makes it.
    pub(super) fn create(
        &self,
        io: &Io,
        parent: u64,
        name: &OsStr,
        mode: u32,
        flags: i32,
    ) -> Result<(FileAttr, u64), Errno> {
        let name = Self::name_of(name)?;
        let disposition = if flags & libc::O_EXCL != 0 {
            FILE_CREATE
        } else {
            FILE_OPEN_IF
        };
        let options = Self::open_options(flags).disposition(disposition);
        let (handle, made) = self.make(io, parent, &name, options, mode | libc::S_IFREG)?;
        if made == FILE_OPENED && flags & libc::O_TRUNC != 0 {
            handle.set_size(0).map_err(errno_of)?;
        }
        let stat = handle.stat_lx().map_err(errno_of)?;
        let attributes = self.entry(parent, &name, &stat);
        let number = self.keep(io, attributes.ino.0, handle);
        Ok((attributes, number))
    }

    /// Creates; the mode has been through the umask, and owner and group are those of this process, as a file's are that
    /// the mount's user makes.
    fn make<'io>(
        &self,
        io: &'io Io,
        parent: u64,
        name: &str,
        options: CreateOptions,
        mode: u32,
    ) -> Result<(Handle<'io>, u32), Errno> {
        let metadata = LinuxMetadata {
            mode: Some(mode),
            ..LinuxMetadata::default()
        };
        let eas = metadata.to_eas();
        self.with_child(io, parent, name, |io, path| {
            io.create_with_eas(path, options, &eas)
        })
    }

    /// An empty file; other kinds than regular ones have no place on the volume.
    pub(super) fn mknod(
        &self,
        io: &Io,
        parent: u64,
        name: &OsStr,
        mode: u32,
    ) -> Result<FileAttr, Errno> {
        if !matches!(mode & libc::S_IFMT, 0 | libc::S_IFREG) {
            return Err(Errno::EPERM);
        }
        let options = LOOK.disposition(FILE_CREATE).with(FILE_NON_DIRECTORY_FILE);
        self.made(io, parent, name, options, mode & 0o7777 | libc::S_IFREG)
    }

    /// A directory.
    pub(super) fn mkdir(
        &self,
        io: &Io,
        parent: u64,
        name: &OsStr,
        mode: u32,
    ) -> Result<FileAttr, Errno> {
        let options = LOOK.disposition(FILE_CREATE).with(FILE_DIRECTORY_FILE);
        self.made(io, parent, name, options, mode & 0o7777 | libc::S_IFDIR)
    }

    fn made(
        &self,
        io: &Io,
        parent: u64,
        name: &OsStr,
        options: CreateOptions,
        mode: u32,
    ) -> Result<FileAttr, Errno> {
        let name = Self::name_of(name)?;
        let (handle, _) = self.make(io, parent, &name, options, mode)?;
        let stat = handle.stat_lx().map_err(errno_of)?;
        Ok(self.entry(parent, &name, &stat))
    }

    /// A symbolic link: a file that becomes a reparse point.
    pub(super) fn symlink(
        &self,
        io: &Io,
        parent: u64,
        name: &OsStr,
        target: &Path,
    ) -> Result<FileAttr, Errno> {
        let name = Self::name_of(name)?;
        let target = target.as_os_str().as_bytes();
        std::str::from_utf8(target).map_err(|_| Errno::EILSEQ)?;
        let options = LOOK
            .access(FILE_WRITE_ATTRIBUTES | FILE_WRITE_DATA | DELETE | SYNCHRONIZE)
            .disposition(FILE_CREATE)
            .with(FILE_NON_DIRECTORY_FILE);
        let (file, _) = self.make(io, parent, &name, options, 0o777 | libc::S_IFREG)?;
        if let Err(status) = file.set_link_target(target) {
            // The error of the link is the one to tell; without it the name must not stay.
            let _ = file.unlink();
            return Err(errno_of(status));
        }
        drop(file);
        let stat = self.with_child(io, parent, &name, |io, path| {
            io.create(path, LOOK)?.stat_lx()
        })?;
        Ok(self.entry(parent, &name, &stat))
    }

    /// Where a symbolic link leads.
    pub(super) fn readlink(&self, io: &Io, node: u64) -> Result<Vec<u8>, Errno> {
        self.with_node(io, node, None, FILE_READ_ATTRIBUTES, |handle| {
            handle.link_target().map_err(errno_of)
        })
    }

    /// A hard link.
    pub(super) fn link(
        &self,
        io: &Io,
        node: u64,
        parent: u64,
        name: &OsStr,
    ) -> Result<FileAttr, Errno> {
        let name = Self::name_of(name)?;
        let stat = self.with_node(io, node, None, FILE_WRITE_ATTRIBUTES, |handle| {
            let to = self.nodes.child_path(parent, &name);
            handle
                .link(&to.ok_or(Errno::ENOENT)?, false)
                .map_err(errno_of)?;
            handle.stat_lx().map_err(errno_of)
        })?;
        Ok(self.entry(parent, &name, &stat))
    }

    /// Takes a name away; `kind` says of what (FILE_DIRECTORY_FILE or FILE_NON_DIRECTORY_FILE).
    pub(super) fn remove(
        &self,
        io: &Io,
        parent: u64,
        name: &OsStr,
        kind: u32,
    ) -> Result<(), Errno> {
        let name = Self::name_of(name)?;
        let options = LOOK
            .access(DELETE | FILE_READ_ATTRIBUTES | SYNCHRONIZE)
            .with(kind);
        let handle = self.with_child(io, parent, &name, |io, path| io.create(path, options))?;
        let _change = self.nodes.change();
        handle.unlink().map_err(errno_of)?;
        drop(handle);
        self.nodes.removed(parent, &name);
        Ok(())
    }

    /// Gives a file another name.
    pub(super) fn rename(
        &self,
        io: &Io,
        from: (u64, &OsStr),
        to: (u64, &OsStr),
        flags: RenameFlags,
    ) -> Result<(), Errno> {
        let replace = match flags {
            RenameFlags::RENAME_NOREPLACE => 0,
            flags if flags.is_empty() => FILE_RENAME_REPLACE_IF_EXISTS,
            // Windows cannot exchange two names in one step.
            _ => return Err(Errno::EINVAL),
        };
        let (old, new) = (Self::name_of(from.1)?, Self::name_of(to.1)?);
        let options = LOOK.access(DELETE | FILE_READ_ATTRIBUTES | SYNCHRONIZE);
        let handle = self.with_child(io, from.0, &old, |io, path| io.create(path, options))?;
        let _change = self.nodes.change();
        let path = self.nodes.child_path(to.0, &new).ok_or(Errno::ENOENT)?;
        handle
            .rename_with(&path, POSIX_RENAME | replace)
            .map_err(errno_of)?;
        self.nodes.renamed((from.0, &old), (to.0, &new));
        Ok(())
    }
}
