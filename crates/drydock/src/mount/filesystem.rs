//! The kernel's requests and their answers; what they mean is in `server`, `names`, `data` and `locks`.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use fuser::{
    AccessFlags, BsdFileFlags, CopyFileRangeFlags, Errno, FileAttr, FileHandle, Filesystem,
    FopenFlags, Generation, INodeNo, InitFlags, IoctlFlags, KernelConfig, LockOwner, OpenFlags,
    RenameFlags, ReplyAttr, ReplyCreate, ReplyData, ReplyDirectory, ReplyEmpty, ReplyEntry,
    ReplyIoctl, ReplyLock, ReplyLseek, ReplyOpen, ReplyStatfs, ReplyWrite, ReplyXattr, Request,
    TimeOrNow, WriteFlags,
};
use minifilter_sys::{FILE_DIRECTORY_FILE, FILE_NON_DIRECTORY_FILE};

use super::data::NewAttributes;
use super::killed::is_killed;
use super::locks::{Kind, Wish};
use super::server::Server;
use super::{attributes, linux_path};
use crate::io::Io;
use crate::volume::linux_metadata::LinuxMetadata;

/// How long the kernel may take a name for known. Nobody but this mount changes names.
const NAMES_LAST: Duration = Duration::from_secs(1);

/// Attributes are asked for each time, so that every stat reaches the driver.
const ATTRIBUTES_LAST: Duration = Duration::ZERO;

/// Largest write in one request.
const MAX_WRITE: u32 = 1 << 20;

/// Mount — the file system as the kernel knows it.
pub struct Mount {
    server: Arc<Server>,
    /// What the kernel lacks, in words.
    lacks: Arc<std::sync::Mutex<Vec<&'static str>>>,
}

impl Mount {
    /// Answers through `server`; what the kernel lacks is noted in `lacks`.
    pub fn new(server: &Arc<Server>, lacks: &Arc<std::sync::Mutex<Vec<&'static str>>>) -> Self {
        Self {
            server: Arc::clone(server),
            lacks: Arc::clone(lacks),
        }
    }

    /// What `work` answers the process that asks.
    fn ask<T>(
        &self,
        request: &Request,
        work: impl FnOnce(&Io) -> Result<T, Errno>,
    ) -> Result<T, Errno> {
        self.server.answer(request.pid(), work)
    }
}

fn entry(reply: ReplyEntry, answer: Result<FileAttr, Errno>) {
    match answer {
        Ok(attributes) => {
            reply.entry_with_ttls(&ATTRIBUTES_LAST, &NAMES_LAST, &attributes, Generation(0));
        }
        Err(error) => reply.error(error),
    }
}

fn done(reply: ReplyEmpty, answer: Result<(), Errno>) {
    match answer {
        Ok(()) => reply.ok(),
        Err(error) => reply.error(error),
    }
}

fn number(file: Option<FileHandle>) -> Option<u64> {
    file.map(|file| file.0)
}

impl Filesystem for Mount {
    fn init(&mut self, _request: &Request, config: &mut KernelConfig) -> io::Result<()> {
        let wanted = [
            (InitFlags::FUSE_POSIX_LOCKS, "locks that reach the driver"),
            (
                InitFlags::FUSE_DIRECT_IO_ALLOW_MMAP,
                "shared mappings of files (Linux 6.6 and later)",
            ),
            (InitFlags::FUSE_PARALLEL_DIROPS, "parallel lookups"),
        ];
        for (flag, what) in wanted {
            if config.add_capabilities(flag).is_err()
                && let Ok(mut lacks) = self.lacks.lock()
            {
                lacks.push(what);
            }
        }
        // The nearest size that will do is as good.
        let _ = config.set_max_write(MAX_WRITE);
        let _ = config.set_time_granularity(Duration::from_nanos(100));
        Ok(())
    }

    fn lookup(&self, request: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEntry) {
        entry(
            reply,
            self.ask(request, |io| self.server.lookup(io, parent.0, name)),
        );
    }

    fn forget(&self, _request: &Request, node: INodeNo, lookups: u64) {
        self.server.nodes.forget(node.0, lookups);
    }

    fn getattr(
        &self,
        request: &Request,
        node: INodeNo,
        file: Option<FileHandle>,
        reply: ReplyAttr,
    ) {
        match self.ask(request, |io| self.server.stat(io, node.0, number(file))) {
            Ok(stat) => reply.attr(&ATTRIBUTES_LAST, &attributes::of(node.0, &stat)),
            Err(error) => reply.error(error),
        }
    }

    fn setattr(
        &self,
        request: &Request,
        node: INodeNo,
        mode: Option<u32>,
        uid: Option<u32>,
        gid: Option<u32>,
        size: Option<u64>,
        access: Option<TimeOrNow>,
        write: Option<TimeOrNow>,
        _change: Option<SystemTime>,
        file: Option<FileHandle>,
        _creation: Option<SystemTime>,
        _changed: Option<SystemTime>,
        _backup: Option<SystemTime>,
        _flags: Option<BsdFileFlags>,
        reply: ReplyAttr,
    ) {
        let new = NewAttributes {
            metadata: LinuxMetadata { mode, uid, gid },
            size,
            access,
            write,
        };
        match self.ask(request, |io| {
            self.server.set_attributes(io, node.0, number(file), new)
        }) {
            Ok(attributes) => reply.attr(&ATTRIBUTES_LAST, &attributes),
            Err(error) => reply.error(error),
        }
    }

    fn readlink(&self, request: &Request, node: INodeNo, reply: ReplyData) {
        match self.ask(request, |io| self.server.readlink(io, node.0)) {
            Ok(target) => reply.data(&target),
            Err(error) => reply.error(error),
        }
    }

    fn mknod(
        &self,
        request: &Request,
        parent: INodeNo,
        name: &OsStr,
        mode: u32,
        _umask: u32,
        _device: u32,
        reply: ReplyEntry,
    ) {
        entry(
            reply,
            self.ask(request, |io| self.server.mknod(io, parent.0, name, mode)),
        );
    }

    fn mkdir(
        &self,
        request: &Request,
        parent: INodeNo,
        name: &OsStr,
        mode: u32,
        _umask: u32,
        reply: ReplyEntry,
    ) {
        entry(
            reply,
            self.ask(request, |io| self.server.mkdir(io, parent.0, name, mode)),
        );
    }

    fn unlink(&self, request: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        done(
            reply,
            self.ask(request, |io| {
                self.server
                    .remove(io, parent.0, name, FILE_NON_DIRECTORY_FILE)
            }),
        );
    }

    fn rmdir(&self, request: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        done(
            reply,
            self.ask(request, |io| {
                self.server.remove(io, parent.0, name, FILE_DIRECTORY_FILE)
            }),
        );
    }

    fn symlink(
        &self,
        request: &Request,
        parent: INodeNo,
        name: &OsStr,
        target: &Path,
        reply: ReplyEntry,
    ) {
        entry(
            reply,
            self.ask(request, |io| {
                self.server.symlink(io, parent.0, name, target)
            }),
        );
    }

    fn rename(
        &self,
        request: &Request,
        parent: INodeNo,
        name: &OsStr,
        new_parent: INodeNo,
        new_name: &OsStr,
        flags: RenameFlags,
        reply: ReplyEmpty,
    ) {
        done(
            reply,
            self.ask(request, |io| {
                self.server
                    .rename(io, (parent.0, name), (new_parent.0, new_name), flags)
            }),
        );
    }

    fn link(
        &self,
        request: &Request,
        node: INodeNo,
        new_parent: INodeNo,
        new_name: &OsStr,
        reply: ReplyEntry,
    ) {
        entry(
            reply,
            self.ask(request, |io| {
                self.server.link(io, node.0, new_parent.0, new_name)
            }),
        );
    }

    fn open(&self, request: &Request, node: INodeNo, flags: OpenFlags, reply: ReplyOpen) {
        match self.ask(request, |io| self.server.open(io, node.0, flags.0)) {
            Ok(number) => reply.opened(FileHandle(number), FopenFlags::FOPEN_DIRECT_IO),
            Err(error) => reply.error(error),
        }
    }

    fn create(
        &self,
        request: &Request,
        parent: INodeNo,
        name: &OsStr,
        mode: u32,
        _umask: u32,
        flags: i32,
        reply: ReplyCreate,
    ) {
        match self.ask(request, |io| {
            self.server.create(io, parent.0, name, mode & 0o7777, flags)
        }) {
            Ok((attributes, number)) => reply.created(
                &ATTRIBUTES_LAST,
                &attributes,
                Generation(0),
                FileHandle(number),
                FopenFlags::FOPEN_DIRECT_IO,
            ),
            Err(error) => reply.error(error),
        }
    }

    fn read(
        &self,
        request: &Request,
        _node: INodeNo,
        file: FileHandle,
        offset: u64,
        size: u32,
        _flags: OpenFlags,
        _owner: Option<LockOwner>,
        reply: ReplyData,
    ) {
        match self.ask(request, |io| self.server.read(io, file.0, offset, size)) {
            Ok(data) => reply.data(&data),
            Err(error) => reply.error(error),
        }
    }

    fn write(
        &self,
        request: &Request,
        _node: INodeNo,
        file: FileHandle,
        offset: u64,
        data: &[u8],
        write_flags: WriteFlags,
        flags: OpenFlags,
        _owner: Option<LockOwner>,
        reply: ReplyWrite,
    ) {
        match self.ask(request, |io| {
            self.server
                .write(io, file.0, offset, data, (write_flags, flags.0))
        }) {
            Ok(written) => reply.written(written),
            Err(error) => reply.error(error),
        }
    }

    fn flush(
        &self,
        request: &Request,
        _node: INodeNo,
        file: FileHandle,
        owner: LockOwner,
        reply: ReplyEmpty,
    ) {
        done(
            reply,
            self.ask(request, |io| {
                let file = self.server.files.get(file.0)?;
                self.server
                    .locks
                    .release(&self.server.programs, &file, owner.0);
                self.server.write_back(io, &file)
            }),
        );
    }

    fn release(
        &self,
        request: &Request,
        _node: INodeNo,
        file: FileHandle,
        _flags: OpenFlags,
        _owner: Option<LockOwner>,
        _flush: bool,
        reply: ReplyEmpty,
    ) {
        done(
            reply,
            self.ask(request, |_| {
                self.server.release(file.0);
                Ok(())
            }),
        );
    }

    fn fsync(
        &self,
        request: &Request,
        node: INodeNo,
        file: FileHandle,
        _data_only: bool,
        reply: ReplyEmpty,
    ) {
        done(
            reply,
            self.ask(request, |io| self.server.fsync(io, node.0, file.0)),
        );
    }

    fn opendir(&self, request: &Request, node: INodeNo, _flags: OpenFlags, reply: ReplyOpen) {
        match self.ask(request, |io| self.server.open_directory(io, node.0)) {
            Ok(number) => reply.opened(FileHandle(number), FopenFlags::empty()),
            Err(error) => reply.error(error),
        }
    }

    fn readdir(
        &self,
        request: &Request,
        _node: INodeNo,
        file: FileHandle,
        offset: u64,
        mut reply: ReplyDirectory,
    ) {
        let take = |node, next, kind, name: &str| {
            let name = linux_path(name);
            reply.add(INodeNo(node), next, kind, OsStr::new(&*name))
        };
        match self.ask(request, |io| self.server.list(io, file.0, offset, take)) {
            Ok(()) => reply.ok(),
            Err(error) => reply.error(error),
        }
    }

    fn releasedir(
        &self,
        request: &Request,
        node: INodeNo,
        file: FileHandle,
        flags: OpenFlags,
        reply: ReplyEmpty,
    ) {
        self.release(request, node, file, flags, None, false, reply);
    }

    fn fsyncdir(
        &self,
        request: &Request,
        node: INodeNo,
        file: FileHandle,
        data_only: bool,
        reply: ReplyEmpty,
    ) {
        self.fsync(request, node, file, data_only, reply);
    }

    fn statfs(&self, request: &Request, _node: INodeNo, reply: ReplyStatfs) {
        match self.ask(request, |io| self.server.space(io)) {
            Ok([all, free, available, unit]) => {
                reply.statfs(all, free, available, 0, 0, unit as u32, 255, unit as u32)
            }
            Err(error) => reply.error(error),
        }
    }

    fn access(&self, request: &Request, node: INodeNo, mask: AccessFlags, reply: ReplyEmpty) {
        let (uid, gid) = (request.uid(), request.gid());
        done(
            reply,
            self.ask(request, |io| {
                let stat = self.server.stat(io, node.0, None)?;
                match attributes::permits(&stat, uid, gid, mask.bits()) {
                    true => Ok(()),
                    false => Err(Errno::EACCES),
                }
            }),
        );
    }

    fn getlk(
        &self,
        request: &Request,
        node: INodeNo,
        _file: FileHandle,
        owner: LockOwner,
        start: u64,
        end: u64,
        kind: i32,
        process: u32,
        reply: ReplyLock,
    ) {
        match self.ask(request, |_| {
            let wish = Wish {
                owner: owner.0,
                process,
                start,
                end,
                kind: Kind::of(kind)?,
            };
            let against = self.server.locks.against(node.0, &wish);
            Ok(against.unwrap_or(Wish {
                kind: Kind::Free,
                ..wish
            }))
        }) {
            Ok(found) => reply.locked(found.start, found.end, found.kind.code(), found.process),
            Err(error) => reply.error(error),
        }
    }

    fn setlk(
        &self,
        request: &Request,
        node: INodeNo,
        file: FileHandle,
        owner: LockOwner,
        start: u64,
        end: u64,
        kind: i32,
        process: u32,
        sleep: bool,
        reply: ReplyEmpty,
    ) {
        let server = Arc::clone(&self.server);
        let caller = request.pid();
        let kind = match Kind::of(kind) {
            Ok(kind) => kind,
            Err(error) => return reply.error(error),
        };
        let wish = Wish {
            owner: owner.0,
            process,
            start,
            end,
            kind,
        };
        let attempt = move || {
            server.answer(caller, |_io| {
                let open = server.files.get(file.0)?;
                server.locks.set(&server.programs, &open, wish)
            })
        };
        let at_once = attempt();
        let refused = matches!(&at_once, Err(error) if error.code() == libc::EAGAIN);
        if !(refused && sleep) {
            return done(reply, at_once);
        }
        // Who waits for a lock must not keep a thread that the one who frees it needs.
        let server = Arc::clone(&self.server);
        std::thread::spawn(move || {
            let waited = server
                .locks
                .wait_for(node.0, &wish, attempt, || is_killed(caller));
            done(reply, waited);
        });
    }

    fn fallocate(
        &self,
        request: &Request,
        _node: INodeNo,
        file: FileHandle,
        offset: u64,
        length: u64,
        mode: i32,
        reply: ReplyEmpty,
    ) {
        done(
            reply,
            self.ask(request, |io| {
                self.server.fallocate(io, file.0, (offset, length), mode)
            }),
        );
    }

    fn ioctl(
        &self,
        _request: &Request,
        _node: INodeNo,
        _file: FileHandle,
        _flags: IoctlFlags,
        _command: u32,
        _input: &[u8],
        _output: u32,
        reply: ReplyIoctl,
    ) {
        reply.error(Errno::ENOTTY);
    }

    // Extended attributes of Linux have no place on the volume, holes are not told from zeros, and copies go through
    // the program: for ENOSYS the kernel does the rest itself, and does not ask again.

    fn setxattr(
        &self,
        _request: &Request,
        _node: INodeNo,
        _name: &OsStr,
        _value: &[u8],
        _flags: i32,
        _position: u32,
        reply: ReplyEmpty,
    ) {
        reply.error(Errno::ENOSYS);
    }

    fn getxattr(
        &self,
        _request: &Request,
        _node: INodeNo,
        _name: &OsStr,
        _size: u32,
        reply: ReplyXattr,
    ) {
        reply.error(Errno::ENOSYS);
    }

    fn listxattr(&self, _request: &Request, _node: INodeNo, _size: u32, reply: ReplyXattr) {
        reply.error(Errno::ENOSYS);
    }

    fn removexattr(&self, _request: &Request, _node: INodeNo, _name: &OsStr, reply: ReplyEmpty) {
        reply.error(Errno::ENOSYS);
    }

    fn lseek(
        &self,
        _request: &Request,
        _node: INodeNo,
        _file: FileHandle,
        _offset: i64,
        _whence: i32,
        reply: ReplyLseek,
    ) {
        reply.error(Errno::ENOSYS);
    }

    fn copy_file_range(
        &self,
        _request: &Request,
        _from: INodeNo,
        _from_file: FileHandle,
        _from_offset: u64,
        _to: INodeNo,
        _to_file: FileHandle,
        _to_offset: u64,
        _length: u64,
        _flags: CopyFileRangeFlags,
        reply: ReplyWrite,
    ) {
        reply.error(Errno::ENOSYS);
    }
}
