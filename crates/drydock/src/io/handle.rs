//! Handle — an open file of a program.

use minifilter_sys::*;

use super::file_object::{self, FileObject};
use super::{End, Io, drop_reference};
use crate::model::{process, thread};
use crate::volume::paging::empty_block;

/// Handle — closes itself when dropped.
pub struct Handle<'io> {
    pub(super) io: &'io Io,
    file: FileObject,
    pub(super) access: u32,
    pub(super) options: u32,
}

/// One close in so many comes late, as if something in the system still held the file object.
const LATE_CLOSE_TURNS: u32 = 8;

impl<'io> Handle<'io> {
    pub(super) fn new(io: &'io Io, file: FileObject, access: u32, options: u32) -> Self {
        file_object::handle_opened(file.address());
        Self::again(io, file, access, options)
    }

    /// A handle that exists already, in this thread.
    pub(super) fn again(io: &'io Io, file: FileObject, access: u32, options: u32) -> Self {
        Self {
            io,
            file,
            access,
            options,
        }
    }

    /// The file object behind the handle.
    pub fn file(&self) -> FileObject {
        self.file
    }

    /// Whether requests on it come to their end one after the other, at a position that moves on.
    #[must_use]
    pub fn is_synchronous(&self) -> bool {
        self.options & (FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT) != 0
    }

    /// Whether the file is on that volume.
    #[must_use]
    pub fn is_on(&self, volume: &std::sync::Arc<crate::model::flt_volume::FltVolume>) -> bool {
        std::sync::Arc::ptr_eq(&self.io.volume, volume)
    }

    /// NtClose — cleanup now, close with the last reference.
    pub fn close(self) {}

    /// A parameter block for this file.
    pub(super) fn block(&self, major: u8, irp_flags: u32) -> FLT_IO_PARAMETER_BLOCK {
        let mut iopb = empty_block();
        iopb.MajorFunction = major;
        iopb.IrpFlags = irp_flags;
        iopb.TargetFileObject = self.file.as_ptr();
        iopb
    }

    /// STATUS_ACCESS_DENIED unless the handle has one of these rights.
    pub(super) fn require(&self, rights: u32) -> Result<(), NTSTATUS> {
        if self.access & rights != 0 {
            Ok(())
        } else {
            Err(STATUS_ACCESS_DENIED)
        }
    }

    /// NtFlushBuffersFile
    pub fn flush(&self) -> Result<(), NTSTATUS> {
        self.require(FILE_WRITE_DATA | FILE_APPEND_DATA)?;
        let result = self
            .io
            .irp(&mut self.block(IRP_MJ_FLUSH_BUFFERS, IRP_SYNCHRONOUS_API));
        self.io.let_system_work();
        result.map(|_| ())
    }

    /// NtFsControlFile with a buffered control.
    pub fn fs_control(&self, code: u32, input: &[u8], output: &mut [u8]) -> Result<End, NTSTATUS> {
        let mut buffer = vec![0_u8; input.len().max(output.len())];
        buffer[..input.len()].copy_from_slice(input);
        let mut iopb = self.block(
            IRP_MJ_FILE_SYSTEM_CONTROL,
            IRP_SYNCHRONOUS_API | IRP_BUFFERED_IO,
        );
        iopb.MinorFunction = IRP_MN_USER_FS_REQUEST;
        let control = FLT_PARAMETERS_FS_CONTROL_BUFFERED {
            OutputBufferLength: output.len() as u32,
            InputBufferLength: input.len() as u32,
            FsControlCode: code,
            SystemBuffer: buffer.as_mut_ptr().cast(),
            ..buffered()
        };
        iopb.Parameters = FLT_PARAMETERS {
            FileSystemControl: FLT_PARAMETERS_FILE_SYSTEM_CONTROL { Buffered: control },
        };
        let end = self.io.irp(&mut iopb)?;
        let length = end.information.min(output.len());
        output[..length].copy_from_slice(&buffer[..length]);
        Ok(end)
    }

    /// NtQuerySecurityObject
    pub fn query_security(&self, parts: u32, output: &mut [u8]) -> Result<End, NTSTATUS> {
        let mut iopb = self.block(IRP_MJ_QUERY_SECURITY, IRP_SYNCHRONOUS_API);
        let query = FLT_PARAMETERS_QUERY_SECURITY {
            SecurityInformation: parts,
            _padding1: 0,
            Length: output.len() as u32,
            _padding2: 0,
            SecurityBuffer: output.as_mut_ptr().cast(),
            MdlAddress: std::ptr::null_mut(),
        };
        iopb.Parameters = FLT_PARAMETERS {
            QuerySecurity: query,
        };
        self.io.irp(&mut iopb)
    }

    /// NtSetSecurityObject with a self-relative descriptor.
    pub fn set_security(&self, parts: u32, descriptor: &mut [u8]) -> Result<End, NTSTATUS> {
        let mut iopb = self.block(IRP_MJ_SET_SECURITY, IRP_SYNCHRONOUS_API);
        let set = FLT_PARAMETERS_SET_SECURITY {
            SecurityInformation: parts,
            SecurityDescriptor: descriptor.as_mut_ptr().cast(),
        };
        iopb.Parameters = FLT_PARAMETERS { SetSecurity: set };
        self.io.irp(&mut iopb)
    }

    /// NtLockFile; fails at once when the range is taken.
    pub fn lock(&self, offset: u64, length: u64, exclusive: bool) -> Result<(), NTSTATUS> {
        self.lock_control(IRP_MN_LOCK, offset, length, exclusive)
    }

    /// NtUnlockFile
    pub fn unlock(&self, offset: u64, length: u64) -> Result<(), NTSTATUS> {
        self.lock_control(IRP_MN_UNLOCK_SINGLE, offset, length, false)
    }

    fn lock_control(
        &self,
        minor: u8,
        offset: u64,
        length: u64,
        exclusive: bool,
    ) -> Result<(), NTSTATUS> {
        let mut length = LARGE_INTEGER {
            QuadPart: length.cast_signed(),
        };
        let parameters = FLT_PARAMETERS_LOCK_CONTROL {
            Length: &raw mut length,
            Key: 0,
            _padding: 0,
            ByteOffset: LARGE_INTEGER {
                QuadPart: offset.cast_signed(),
            },
            ProcessId: process::object(thread::current().process_id()) as _,
            FailImmediately: 1,
            ExclusiveLock: exclusive.into(),
        };
        let build = |flags| {
            let mut iopb = self.block(IRP_MJ_LOCK_CONTROL, flags);
            iopb.MinorFunction = minor;
            iopb.OperationFlags =
                SL_FAIL_IMMEDIATELY | if exclusive { SL_EXCLUSIVE_LOCK } else { 0 };
            iopb.Parameters = FLT_PARAMETERS {
                LockControl: parameters,
            };
            iopb
        };
        let end = match self.io.fast_io(&mut build(0)) {
            Some(end) => end,
            None => self.io.irp(&mut build(IRP_SYNCHRONOUS_API)),
        };
        self.io.let_system_work();
        end.map(|_| ())
    }
}

fn buffered() -> FLT_PARAMETERS_FS_CONTROL_BUFFERED {
    FLT_PARAMETERS_FS_CONTROL_BUFFERED {
        OutputBufferLength: 0,
        InputBufferLength: 0,
        FsControlCode: 0,
        SystemBuffer: std::ptr::null_mut(),
        ..crate::volume::parameters::fs_control(&empty_block())
    }
}

impl Drop for Handle<'_> {
    fn drop(&mut self) {
        if file_object::handle_closed(self.file.address()) {
            // A cleanup cannot fail; a filter that makes it fail has already been reported.
            let _ = self
                .io
                .irp(&mut self.block(IRP_MJ_CLEANUP, IRP_SYNCHRONOUS_API | IRP_CLOSE_OPERATION));
        }
        match &self.io.system {
            Some((_, worker)) if self.io.one_in(LATE_CLOSE_TURNS) => worker.close_later(self.file),
            _ => drop_reference(self.file),
        }
        self.io.let_system_work();
    }
}
