//! IRP_MJ_FAST_IO_CHECK_IF_POSSIBLE — whether a byte-range lock stands in the way of fast I/O.

use std::sync::Weak;

use minifilter_sys::*;

use super::HostVolume;
use super::byte_range_lock::{LockOwner, Range};
use super::open_file::OpenFile;
use super::paging::empty_block;
use super::parameters::{self, quad};
use crate::io::file_object::FileObject;
use crate::model::file_system::Request;
use crate::model::operation::{self, Outcome, Requestor};

impl HostVolume {
    /// Whether a transfer may go as fast I/O. Where there are locks that is questionable (FastIoIsQuestionable), and
    /// FsRtlCopyRead and FsRtlCopyWrite ask the top of the stack.
    pub(super) fn fast_transfer_is_possible(
        &self,
        file: FileObject,
        open: &OpenFile,
        iopb: &FLT_IO_PARAMETER_BLOCK,
    ) -> bool {
        if open.fcb.locks.lock().is_empty() {
            return true;
        }
        // Read and write have the same parameters at the same places.
        let transfer = parameters::read(iopb);
        let check = FLT_PARAMETERS_FAST_IO_CHECK {
            FileOffset: transfer.ByteOffset,
            Length: transfer.Length,
            _padding1: 0,
            LockKey: transfer.Key,
            _padding2: 0,
            CheckForReadOperation: (iopb.MajorFunction == IRP_MJ_READ).into(),
            _padding3: [0; 7],
        };
        self.check_if_possible(file, check)
    }

    fn check_if_possible(&self, file: FileObject, check: FLT_PARAMETERS_FAST_IO_CHECK) -> bool {
        let mut iopb = empty_block();
        iopb.MajorFunction = IRP_MJ_FAST_IO_CHECK_IF_POSSIBLE;
        iopb.TargetFileObject = file.as_ptr();
        iopb.Parameters = FLT_PARAMETERS {
            FastIoCheckIfPossible: check,
        };
        let Some(volume) = self.stack.get().and_then(Weak::upgrade) else {
            return false;
        };
        let asked = operation::send(&volume, Request::FastIo, &mut iopb, Requestor::kernel());
        match asked {
            Outcome::Done(status) => operation::status_of(&status) == STATUS_SUCCESS,
            Outcome::FastIoDisallowed => false,
        }
    }

    /// FsRtlFastCheckLockForRead and FsRtlFastCheckLockForWrite.
    pub(super) fn locks_allow(
        &self,
        file: FileObject,
        open: &OpenFile,
        iopb: &FLT_IO_PARAMETER_BLOCK,
    ) -> bool {
        let check = parameters::fast_io_check(iopb);
        let Ok(offset) = u64::try_from(quad(check.FileOffset)) else {
            return false;
        };
        let owner = LockOwner {
            file: file.address(),
            process: operation::requestor::process_id() as usize,
            key: check.LockKey,
        };
        let range = Range::new(offset, check.Length.into());
        let locks = open.fcb.locks.lock();
        locks.is_empty() || locks.allows(range, owner, check.CheckForReadOperation == 0)
    }
}
