//! NtReadFile and NtWriteFile — fast I/O when the file is cached, else an IRP.

use minifilter_sys::*;

use super::{End, Handle};

impl Handle<'_> {
    /// Reads at an offset, or at the file's position; gives the number of bytes.
    pub fn read(&self, offset: Option<u64>, out: &mut [u8]) -> Result<usize, NTSTATUS> {
        self.require(FILE_READ_DATA)?;
        let offset = offset.map_or_else(|| self.file().position(), u64::cast_signed);
        let transfer = FLT_PARAMETERS_READ {
            Length: u32::try_from(out.len()).map_err(|_| STATUS_INVALID_PARAMETER)?,
            _padding1: 0,
            Key: 0,
            _padding2: 0,
            ByteOffset: LARGE_INTEGER { QuadPart: offset },
            ReadBuffer: out.as_mut_ptr().cast(),
            MdlAddress: std::ptr::null_mut(),
        };
        let flags = IRP_READ_OPERATION | IRP_DEFER_IO_COMPLETION;
        let end = self.transfer(IRP_MJ_READ, flags, FLT_PARAMETERS { Read: transfer });
        self.io.let_system_work();
        end.map(|end| end.information)
    }

    /// Writes at an offset, or at the file's position; gives the number of bytes.
    pub fn write(&self, offset: Option<u64>, data: &[u8]) -> Result<usize, NTSTATUS> {
        self.require(FILE_WRITE_DATA | FILE_APPEND_DATA)?;
        let appends_only = self.access & FILE_WRITE_DATA == 0;
        let offset = match offset {
            _ if appends_only => -1,
            Some(offset) => offset.cast_signed(),
            None => self.file().position(),
        };
        let mut copy = data.to_vec();
        let transfer = FLT_PARAMETERS_WRITE {
            Length: u32::try_from(copy.len()).map_err(|_| STATUS_INVALID_PARAMETER)?,
            _padding1: 0,
            Key: 0,
            _padding2: 0,
            ByteOffset: LARGE_INTEGER { QuadPart: offset },
            WriteBuffer: copy.as_mut_ptr().cast(),
            MdlAddress: std::ptr::null_mut(),
        };
        let flags = IRP_WRITE_OPERATION | IRP_DEFER_IO_COMPLETION;
        let end = self.transfer(IRP_MJ_WRITE, flags, FLT_PARAMETERS { Write: transfer });
        self.io.let_system_work();
        end.map(|end| end.information)
    }

    fn transfer(&self, major: u8, flags: u32, parameters: FLT_PARAMETERS) -> Result<End, NTSTATUS> {
        let cached = !self.file().private_cache_map().is_null();
        let synchronous =
            self.options & (FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT) != 0;
        if cached && synchronous {
            let mut iopb = self.block(major, 0);
            iopb.Parameters = parameters;
            if let Some(end) = self.io.fast_io(&mut iopb) {
                return end;
            }
        }
        let uncached = if self.options & FILE_NO_INTERMEDIATE_BUFFERING != 0 {
            IRP_NOCACHE
        } else {
            0
        };
        let mut iopb = self.block(major, flags | uncached);
        if major == IRP_MJ_WRITE && self.options & FILE_WRITE_THROUGH != 0 {
            iopb.OperationFlags |= SL_WRITE_THROUGH;
        }
        iopb.Parameters = parameters;
        self.io.irp(&mut iopb)
    }
}
