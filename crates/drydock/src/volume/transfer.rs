//! IRP_MJ_READ and IRP_MJ_WRITE — cached, non-cached and paging.

use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use minifilter_sys::*;

use super::answer::{Answer, status_of, status_of_io, success};
use super::byte_range_lock::{LockOwner, Range};
use super::fcb::{Fcb, Kind};
use super::host_directory::{HostDirectory, HostStat, stream_path};
use super::host_metadata::HostNode;
use super::namespace::LinkId;
use super::open_file::OpenFile;
use super::parameters::{self, quad, target};
use super::perform::SECTOR;
use super::{HostVolume, State};
use crate::io::file_object::FileObject;
use crate::model::oplock::conflict::Conflict;
use crate::model::paged::Touch;

/// Largest file: the host's limit of a signed offset, less a page so that rounding up cannot overflow.
const MAX_SIZE: u64 = i64::MAX as u64 - 0xFFFF;

/// How a transfer goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Path {
    Paging,
    Direct,
    Cached,
}

impl Path {
    fn of(iopb: &FLT_IO_PARAMETER_BLOCK, open: &OpenFile) -> Self {
        if iopb.IrpFlags & IRP_PAGING_IO != 0 {
            Self::Paging
        } else if iopb.IrpFlags & IRP_NOCACHE != 0
            || open.options & FILE_NO_INTERMEDIATE_BUFFERING != 0
        {
            Self::Direct
        } else {
            Self::Cached
        }
    }
}

impl HostVolume {
    /// Carries out a read.
    pub(super) fn read(&self, iopb: &mut FLT_IO_PARAMETER_BLOCK) -> Answer {
        let (file, open) = self.data_stream(iopb)?;
        if iopb.MinorFunction & IRP_MN_COMPLETE != 0 {
            return self.complete_mdl(file, &open, iopb);
        }
        let read = parameters::read(iopb);
        let path = Path::of(iopb, &open);
        let offset = u64::try_from(quad(read.ByteOffset)).map_err(|_| STATUS_INVALID_PARAMETER)?;
        if read.Length == 0 {
            return success(0);
        }
        if path == Path::Direct {
            check_alignment(offset, read.Length)?;
        }
        let out = parameters::output(read.ReadBuffer, read.MdlAddress, read.Length)?;
        if path != Path::Paging {
            self.break_oplocks(file, &open, Conflict::Read);
            check_locks(&open, file, offset, read.Length, read.Key, false)?;
        }
        let size = open.fcb.size();
        if offset >= size {
            return Err(STATUS_END_OF_FILE);
        }
        let length = (size - offset).min(read.Length.into()) as usize;
        let out = &mut out[..length];
        match path {
            Path::Paging => self.read_host(&open, offset, out)?,
            Path::Direct => {
                self.flush_stream(file, &open.fcb)?;
                self.read_host(&open, offset, out)?;
            }
            Path::Cached => {
                self.initialize_cache_map(file, &open);
                self.copy_read(file, &open.fcb, offset, out)?;
            }
        }
        if path != Path::Paging {
            advance(file, offset + length as u64);
            file.add_flags(FO_FILE_FAST_IO_READ);
        }
        success(length)
    }

    /// Carries out a write.
    pub(super) fn write(&self, iopb: &mut FLT_IO_PARAMETER_BLOCK) -> Answer {
        let (file, open) = self.data_stream(iopb)?;
        if iopb.MinorFunction & IRP_MN_COMPLETE != 0 {
            return self.complete_mdl(file, &open, iopb);
        }
        let write = parameters::write(iopb);
        let path = Path::of(iopb, &open);
        let data = parameters::input(write.WriteBuffer, write.MdlAddress, write.Length)?;
        if path == Path::Paging {
            return self.paging_write(&open, quad(write.ByteOffset), data);
        }
        if data.is_empty() {
            return success(0);
        }
        self.break_oplocks(file, &open, Conflict::Write);
        let (offset, old_size) =
            self.extend_for(&open, quad(write.ByteOffset), data.len() as u64, |offset| {
                if path == Path::Direct {
                    check_alignment(offset, write.Length)?;
                }
                check_locks(&open, file, offset, write.Length, write.Key, true)
            })?;
        let end = offset + data.len() as u64;
        if path == Path::Direct {
            self.flush_stream(file, &open.fcb)?;
            open.fcb.cache.lock().purge_clean();
            self.write_host(&open, offset, data)?;
            open.fcb.written_as_host_says();
        } else {
            self.initialize_cache_map(file, &open);
            open.fcb.written_now();
            self.copy_write(file, &open.fcb, offset, data, old_size)?;
            if open.options & FILE_WRITE_THROUGH != 0 || iopb.OperationFlags & SL_WRITE_THROUGH != 0
            {
                self.flush_stream(file, &open.fcb)?;
            }
        }
        advance(file, end);
        file.add_flags(if end > old_size {
            FO_FILE_MODIFIED | FO_FILE_SIZE_CHANGED
        } else {
            FO_FILE_MODIFIED
        });
        success(data.len())
    }

    /// Finds where a write goes, and makes the file long enough. Gives the offset and the size before.
    fn extend_for(
        &self,
        open: &OpenFile,
        offset: i64,
        length: u64,
        check: impl FnOnce(u64) -> Result<(), NTSTATUS>,
    ) -> Result<(u64, u64), NTSTATUS> {
        let _resizing = open.fcb.resizing.lock();
        let old_size = open.fcb.size();
        // FILE_WRITE_TO_END_OF_FILE: all ones in the lower half, -1 in the upper.
        let offset = match offset {
            -1 => old_size,
            offset => u64::try_from(offset).map_err(|_| STATUS_INVALID_PARAMETER)?,
        };
        check(offset)?;
        let end = offset
            .checked_add(length)
            .filter(|end| *end <= MAX_SIZE)
            .ok_or(STATUS_INVALID_PARAMETER)?;
        if end > old_size {
            self.host_file(open)?
                .set_len(end)
                .map_err(|e| status_of_io(&e))?;
            open.fcb.set_size(end);
            open.fcb.written_now();
        }
        Ok((offset, old_size))
    }

    /// A paging write never makes a file longer: what lies beyond its end is dropped.
    fn paging_write(&self, open: &OpenFile, offset: i64, data: &[u8]) -> Answer {
        let offset = u64::try_from(offset).map_err(|_| STATUS_INVALID_PARAMETER)?;
        let _resizing = open.fcb.resizing.lock();
        let valid = open
            .fcb
            .size()
            .saturating_sub(offset)
            .min(data.len() as u64) as usize;
        if valid > 0 {
            let host = self.host_file(open)?;
            let before = stat_of_file(&self.host, &host)?;
            self.write_host(open, offset, &data[..valid])?;
            // The time of a write is when the program wrote, not when its pages went to the disk.
            let time = open.fcb.last_write().unwrap_or(before.times.last_write);
            self.host
                .set_times(&HostNode::File(&host), None, Some(time))
                .map_err(status_of)?;
        }
        success(data.len())
    }

    fn data_stream(
        &self,
        iopb: &FLT_IO_PARAMETER_BLOCK,
    ) -> Result<(FileObject, Arc<OpenFile>), NTSTATUS> {
        let file = target(iopb).ok_or(STATUS_INVALID_PARAMETER)?;
        let open = self.opened(file.as_ptr())?;
        if open.state.lock().cleaned_up && iopb.IrpFlags & IRP_PAGING_IO == 0 {
            return Err(STATUS_FILE_CLOSED);
        }
        match open.fcb.kind {
            Kind::File => Ok((file, open)),
            Kind::Directory | Kind::Volume => Err(STATUS_INVALID_DEVICE_REQUEST),
        }
    }

    /// The host's file of an open stream.
    pub(super) fn host_file(&self, open: &OpenFile) -> Result<Arc<std::fs::File>, NTSTATUS> {
        match open.fcb.opened_host_file() {
            Some(file) => Ok(file),
            None => self.host_file_of(&mut self.state.lock(), open.link, &open.fcb),
        }
    }

    /// The same with the state locked.
    pub(super) fn host_file_of(
        &self,
        state: &mut State,
        link: LinkId,
        fcb: &Fcb,
    ) -> Result<Arc<std::fs::File>, NTSTATUS> {
        fcb.host_file(|| {
            let path = match fcb.stream.as_str() {
                "" => state.names.host_path(link).ok_or(STATUS_FILE_DELETED)?,
                stream => stream_path(fcb.key.id, stream),
            };
            self.host.open_file(&path).map_err(status_of)
        })
    }

    /// Reads from the disk; what the host has not is zero.
    fn read_host(&self, open: &OpenFile, offset: u64, out: &mut [u8]) -> Result<(), NTSTATUS> {
        let file = self.host_file(open)?;
        let _resident = Touch::by_host(out.as_ptr() as usize);
        let mut done = 0;
        while done < out.len() {
            match file.read_at(&mut out[done..], offset + done as u64) {
                Ok(0) => break,
                Ok(count) => done += count,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                Err(e) => return Err(status_of_io(&e)),
            }
        }
        out[done..].fill(0);
        Ok(())
    }

    fn write_host(&self, open: &OpenFile, offset: u64, data: &[u8]) -> Result<(), NTSTATUS> {
        let _resident = Touch::by_host(data.as_ptr() as usize);
        self.host_file(open)?
            .write_all_at(data, offset)
            .map_err(|e| status_of_io(&e))
    }
}

fn stat_of_file(host: &HostDirectory, file: &std::fs::File) -> Result<HostStat, NTSTATUS> {
    host.stat_of(file.as_fd()).map_err(status_of)
}

fn check_alignment(offset: u64, length: u32) -> Result<(), NTSTATUS> {
    let aligned = offset.is_multiple_of(SECTOR.into()) && length.is_multiple_of(SECTOR);
    if aligned {
        Ok(())
    } else {
        Err(STATUS_INVALID_PARAMETER)
    }
}

fn check_locks(
    open: &OpenFile,
    file: FileObject,
    offset: u64,
    length: u32,
    key: u32,
    write: bool,
) -> Result<(), NTSTATUS> {
    let locks = open.fcb.locks.lock();
    let process = crate::model::operation::requestor::process_id() as usize;
    let owner = LockOwner {
        file: file.address(),
        process,
        key,
    };
    match locks.is_empty() || locks.allows(Range::new(offset, length.into()), owner, write) {
        true => Ok(()),
        false => Err(STATUS_FILE_LOCK_CONFLICT),
    }
}

/// A synchronous file's position follows its transfers.
fn advance(file: FileObject, end: u64) {
    if file.flags() & FO_SYNCHRONOUS_IO != 0 {
        file.set_position(end.cast_signed());
    }
}
