//! IRP_MJ_MDL_READ, IRP_MJ_PREPARE_MDL_WRITE and their completions — pages of the cache, lent to a server.
#![allow(unsafe_code)] // MDLs go to their borrower through a pointer

use minifilter_sys::*;

use super::HostVolume;
use super::answer::{Answer, success};
use super::open_file::OpenFile;
use super::parameters::{self, quad};
use crate::io::file_object::FileObject;
use crate::io::mdl::LockedBuffer;

/// LentPages — bytes of a file as they were when somebody borrowed them, and the MDL that describes them.
///
/// # Invariants
/// `bytes` comes from `Box::into_raw`, and the MDL describes exactly it.
pub(super) struct LentPages {
    bytes: *mut [u8],
    locked: LockedBuffer<'static>,
}

// SAFETY: both point to memory that this value owns and whose contents the volume touches under the lock of its table.
unsafe impl Send for LentPages {}

impl LentPages {
    fn new(bytes: Box<[u8]>) -> Self {
        let bytes = Box::into_raw(bytes);
        // SAFETY: just taken out of its box, and freed only when this value goes, with the MDL.
        let locked = LockedBuffer::new(unsafe { &mut *bytes });
        Self { bytes, locked }
    }

    fn bytes(&self) -> &[u8] {
        // SAFETY: owned; the borrower has given the pages back when the volume looks at them.
        unsafe { &*self.bytes }
    }
}

impl Drop for LentPages {
    fn drop(&mut self) {
        // SAFETY: the invariant; nobody gets at the bytes through this value any more.
        drop(unsafe { Box::from_raw(self.bytes) });
    }
}

impl HostVolume {
    /// FsRtlMdlRead — lends what the file has from an offset on.
    pub(super) fn mdl_read(
        &self,
        file: FileObject,
        open: &OpenFile,
        asked: &FLT_PARAMETERS_MDL_TRANSFER,
    ) -> Answer {
        let offset = offset_of(asked)?;
        if asked.Length == 0 {
            return success(0);
        }
        let size = open.fcb.size();
        if offset >= size {
            return Err(STATUS_END_OF_FILE);
        }
        let length = (size - offset).min(asked.Length.into()) as usize;
        self.lend(file, open, asked, length)
    }

    /// FsRtlPrepareMdlWrite — lends pages that are to be overwritten; what would extend the file goes as an IRP.
    pub(super) fn prepare_mdl_write(
        &self,
        file: FileObject,
        open: &OpenFile,
        asked: &FLT_PARAMETERS_MDL_TRANSFER,
    ) -> Answer {
        let end = offset_of(asked)?.checked_add(asked.Length.into());
        let within = end.is_some_and(|end| end <= open.fcb.size());
        match within && open.options & FILE_WRITE_THROUGH == 0 {
            true if asked.Length == 0 => success(0),
            true => self.lend(file, open, asked, asked.Length as usize),
            false => Err(STATUS_FLT_DISALLOW_FAST_IO),
        }
    }

    fn lend(
        &self,
        file: FileObject,
        open: &OpenFile,
        asked: &FLT_PARAMETERS_MDL_TRANSFER,
        length: usize,
    ) -> Answer {
        if asked.MdlChain.is_null() {
            return Err(STATUS_INVALID_PARAMETER);
        }
        let mut bytes = vec![0; length].into_boxed_slice();
        self.copy_read(file, &open.fcb, offset_of(asked)?, &mut bytes)?;
        let pages = LentPages::new(bytes);
        let mdl = pages.locked.mdl();
        self.lent.lock().insert(mdl as usize, pages);
        // SAFETY: not null; who asks gives room for the address of the chain.
        unsafe { asked.MdlChain.write(mdl) };
        success(length)
    }

    /// CcMdlReadComplete — takes pages back; STATUS_INVALID_PARAMETER for a chain that nobody lent.
    pub(super) fn mdl_read_complete(&self, chain: PMDL) -> Answer {
        let pages = self.lent.lock().remove(&(chain as usize));
        pages.map_or(Err(STATUS_INVALID_PARAMETER), |_| success(0))
    }

    /// CcMdlWriteComplete — takes pages back with what was written into them.
    pub(super) fn mdl_write_complete(
        &self,
        file: FileObject,
        open: &OpenFile,
        offset: LARGE_INTEGER,
        chain: PMDL,
    ) -> Answer {
        let pages = self.lent.lock().remove(&(chain as usize));
        let pages = pages.ok_or(STATUS_INVALID_PARAMETER)?;
        let offset = u64::try_from(quad(offset)).map_err(|_| STATUS_INVALID_PARAMETER)?;
        // The file may have become shorter while the pages were lent.
        let left = open.fcb.size().saturating_sub(offset);
        let within = left.min(pages.bytes().len() as u64) as usize;
        if within > 0 {
            let (data, size) = (&pages.bytes()[..within], open.fcb.size());
            open.fcb.written_now();
            self.copy_write(file, &open.fcb, offset, data, size)?;
            file.add_flags(FO_FILE_MODIFIED);
        }
        success(0)
    }

    /// IRP_MN_COMPLETE_MDL of a read or a write, by which pages come back where fast I/O is refused.
    pub(super) fn complete_mdl(
        &self,
        file: FileObject,
        open: &OpenFile,
        iopb: &FLT_IO_PARAMETER_BLOCK,
    ) -> Answer {
        if iopb.MajorFunction == IRP_MJ_READ {
            return self.mdl_read_complete(parameters::read(iopb).MdlAddress);
        }
        let write = parameters::write(iopb);
        self.mdl_write_complete(file, open, write.ByteOffset, write.MdlAddress)
    }
}

fn offset_of(asked: &FLT_PARAMETERS_MDL_TRANSFER) -> Result<u64, NTSTATUS> {
    u64::try_from(quad(asked.FileOffset)).map_err(|_| STATUS_INVALID_PARAMETER)
}
