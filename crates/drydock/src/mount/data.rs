//! Requests about open files: their data, their attributes, and what directories hold.

use std::time::SystemTime;

use fuser::{Errno, FileAttr, FileType, TimeOrNow, WriteFlags};
use minifilter_sys::*;

use super::attributes::{self, filetime};
use super::errno::errno_of;
use super::server::{LOOK, Server};
use crate::io::{BasicInformation, CreateOptions, Entry, Handle, Io};
use crate::volume::information::Record;
use crate::volume::linux_metadata::LinuxMetadata;

/// Linux's mark of an open for execution.
const EXECUTES: i32 = 0x20;

/// Access to a directory that is listed.
const LIST: u32 = FILE_LIST_DIRECTORY | FILE_TRAVERSE | FILE_READ_ATTRIBUTES | SYNCHRONIZE;

/// NewAttributes — what is to be changed.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewAttributes {
    pub metadata: LinuxMetadata,
    pub size: Option<u64>,
    pub access: Option<TimeOrNow>,
    pub write: Option<TimeOrNow>,
}

/// Rights of a file that may be written through.
pub(super) const WRITES: u32 = FILE_WRITE_DATA | FILE_APPEND_DATA;

impl Server {
    /// What a Linux open asks of Windows.
    pub(super) fn open_options(flags: i32) -> CreateOptions {
        let executes = if flags & EXECUTES != 0 {
            FILE_EXECUTE
        } else {
            0
        };
        let access = match flags & libc::O_ACCMODE {
            libc::O_RDONLY => FILE_GENERIC_READ | executes,
            libc::O_WRONLY => FILE_GENERIC_WRITE | FILE_READ_ATTRIBUTES,
            _ => FILE_GENERIC_READ | FILE_GENERIC_WRITE,
        };
        let pairs = [
            (libc::O_SYNC, FILE_WRITE_THROUGH),
            (libc::O_DIRECT, FILE_NO_INTERMEDIATE_BUFFERING),
        ];
        let given = pairs.iter().filter(|(flag, _)| flags & flag == *flag);
        let options = given.fold(FILE_NON_DIRECTORY_FILE, |all, (_, option)| all | option);
        LOOK.access(access).with(options)
    }

    /// Keeps a handle until the kernel lets go of its number.
    pub(super) fn keep(&self, io: &Io, node: u64, handle: Handle<'_>) -> u64 {
        self.files
            .insert(node, handle.keep(), io.process_id(), &self.programs)
    }

    /// Opens a file. One that is to be executed gets a section, as the image of a process does.
    pub(super) fn open(&self, io: &Io, node: u64, flags: i32) -> Result<u64, Errno> {
        let handle = self.open_node(io, node, Self::open_options(flags))?;
        if flags & EXECUTES != 0 {
            handle.create_section(PAGE_EXECUTE).map_err(errno_of)?;
        }
        Ok(self.keep(io, node, handle))
    }

    /// Closes a file or directory.
    pub(super) fn release(&self, number: u64) {
        self.files.remove(number);
        self.closed();
    }

    pub(super) fn read(
        &self,
        io: &Io,
        number: u64,
        offset: u64,
        size: u32,
    ) -> Result<Vec<u8>, Errno> {
        let mut data = vec![0; size as usize];
        let read = self.files.get(number)?.with(io, |handle| {
            match handle.read(Some(offset), &mut data) {
                Err(STATUS_END_OF_FILE) => Ok(0),
                read => read.map_err(errno_of),
            }
        })?;
        data.truncate(read);
        Ok(data)
    }

    /// Writes; pages of a mapping that the kernel gives back go to the cache, and to the disk with its pages.
    pub(super) fn write(
        &self,
        io: &Io,
        number: u64,
        offset: u64,
        data: &[u8],
        flags: (WriteFlags, i32),
    ) -> Result<u32, Errno> {
        let (write_flags, open_flags) = flags;
        let file = self.files.get(number)?;
        let written = file.with(io, |handle| {
            if write_flags.contains(WriteFlags::FUSE_WRITE_CACHE) {
                return handle.store_in_view(offset, data).map_err(errno_of);
            }
            // FILE_WRITE_TO_END_OF_FILE
            let appends = open_flags & libc::O_APPEND != 0;
            let offset = if appends { u64::MAX } else { offset };
            handle.write(Some(offset), data).map_err(errno_of)
        })?;
        Ok(written as u32)
    }

    /// fsync; a file that cannot be written through this handle is flushed through another, if there may be one.
    pub(super) fn fsync(&self, io: &Io, node: u64, number: u64) -> Result<(), Errno> {
        self.with_node(io, node, Some(number), FILE_WRITE_DATA, |handle| {
            handle.flush().map_err(errno_of)
        })
    }

    /// What the program wrote goes to the host's file: close(2) and fstat(2) wait for this. Else the lazy writer would do it
    /// later, and the host's change time, which they tell, would move behind the program's back; git takes that for a change.
    pub(super) fn write_back(
        &self,
        io: &Io,
        file: &super::open_files::OpenFile,
    ) -> Result<(), Errno> {
        if !file.has(WRITES) {
            return Ok(());
        }
        file.with(io, |handle| handle.flush().map_err(errno_of))
    }

    pub(super) fn fallocate(
        &self,
        io: &Io,
        number: u64,
        range: (u64, u64),
        mode: i32,
    ) -> Result<(), Errno> {
        const PUNCH: i32 = libc::FALLOC_FL_PUNCH_HOLE | libc::FALLOC_FL_KEEP_SIZE;
        let end = range.0.checked_add(range.1).ok_or(Errno::EFBIG)?;
        self.files.get(number)?.with(io, |handle| {
            let size = handle.standard().map_err(errno_of)?.size;
            match mode {
                0 if end > size => handle.set_size(end),
                libc::FALLOC_FL_KEEP_SIZE if end > size => {
                    handle.set(FileAllocationInformation, &end.to_le_bytes())
                }
                0 | libc::FALLOC_FL_KEEP_SIZE => Ok(()),
                PUNCH => {
                    let zero = Record::default().u64(range.0).u64(end).0;
                    handle
                        .fs_control(FSCTL_SET_ZERO_DATA, &zero, &mut [])
                        .map(|_| ())
                }
                _ => Err(STATUS_NOT_SUPPORTED),
            }
            .map_err(errno_of)
        })
    }

    /// Changes attributes and gives the new ones.
    pub(super) fn set_attributes(
        &self,
        io: &Io,
        node: u64,
        number: Option<u64>,
        new: NewAttributes,
    ) -> Result<FileAttr, Errno> {
        if let Some(size) = new.size {
            self.with_node(io, node, number, FILE_WRITE_DATA, |handle| {
                handle.set_size(size).map_err(errno_of)
            })?;
        }
        if new.metadata != LinuxMetadata::default() {
            self.with_node(io, node, number, FILE_WRITE_EA, |handle| {
                handle.set_linux_metadata(new.metadata).map_err(errno_of)
            })?;
        }
        if new.access.is_some() || new.write.is_some() {
            let times = BasicInformation {
                last_access: new.access.map_or(0, filetime_of),
                last_write: new.write.map_or(0, filetime_of),
                ..BasicInformation::default()
            };
            self.with_node(io, node, number, FILE_WRITE_ATTRIBUTES, |handle| {
                handle.set_basic(&times).map_err(errno_of)
            })?;
        }
        Ok(attributes::of(node, &self.stat(io, node, number)?))
    }

    /// Opens a directory.
    pub(super) fn open_directory(&self, io: &Io, node: u64) -> Result<u64, Errno> {
        let options = LOOK.access(LIST).with(FILE_DIRECTORY_FILE);
        let handle = self.open_node(io, node, options)?;
        Ok(self.keep(io, node, handle))
    }

    /// Gives a directory's entries from `offset` on to `take`, with the offset behind each, until it has enough. They
    /// are read when a program begins at the start, so that those it sees do not shift.
    pub(super) fn list(
        &self,
        io: &Io,
        number: u64,
        offset: u64,
        mut take: impl FnMut(u64, u64, FileType, &str) -> bool,
    ) -> Result<(), Errno> {
        let directory = self.files.get(number)?;
        let mut listing = directory.listing.lock();
        if offset == 0 {
            *listing = directory.with(io, |handle| handle.list("").map_err(errno_of))?;
        }
        let dots = [(".", directory.node), ("..", directory.node)];
        for (index, (name, node)) in dots.into_iter().enumerate().skip(offset as usize) {
            if take(node, index as u64 + 1, FileType::Directory, name) {
                return Ok(());
            }
        }
        let first = (offset as usize).saturating_sub(dots.len());
        for (index, entry) in listing.iter().enumerate().skip(first) {
            let next = (index + dots.len() + 1) as u64;
            if take(entry.id, next, kind_of(entry), &entry.name) {
                break;
            }
        }
        Ok(())
    }
}

fn kind_of(entry: &Entry) -> FileType {
    match entry.attributes {
        a if a & FILE_ATTRIBUTE_REPARSE_POINT != 0 => FileType::Symlink,
        a if a & FILE_ATTRIBUTE_DIRECTORY != 0 => FileType::Directory,
        _ => FileType::RegularFile,
    }
}

fn filetime_of(time: TimeOrNow) -> i64 {
    filetime(match time {
        TimeOrNow::SpecificTime(time) => time,
        TimeOrNow::Now => SystemTime::now(),
    })
}
