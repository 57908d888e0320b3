//! NtQueryEaFile and NtSetEaFile.

use minifilter_sys::*;

use super::{End, Handle};

impl Handle<'_> {
    /// NtQueryEaFile — those named in a list of FILE_GET_EA_INFORMATION, or all; `flags` are SL_*.
    pub fn query_eas(
        &self,
        names: &[u8],
        index: u32,
        flags: u8,
        output: &mut [u8],
    ) -> Result<End, NTSTATUS> {
        self.require(FILE_READ_EA)?;
        let mut names = names.to_vec();
        let mut iopb = self.block(IRP_MJ_QUERY_EA, IRP_SYNCHRONOUS_API);
        iopb.OperationFlags = flags;
        let query = FLT_PARAMETERS_QUERY_EA {
            Length: output.len() as u32,
            EaList: match names.is_empty() {
                true => std::ptr::null_mut(),
                false => names.as_mut_ptr().cast(),
            },
            EaListLength: names.len() as u32,
            _padding: 0,
            EaIndex: index,
            EaBuffer: output.as_mut_ptr().cast(),
            MdlAddress: std::ptr::null_mut(),
        };
        iopb.Parameters = FLT_PARAMETERS { QueryEa: query };
        self.io.irp(&mut iopb)
    }

    /// NtQueryEaFile — all from the first.
    pub fn query_ea(&self, output: &mut [u8]) -> Result<End, NTSTATUS> {
        self.query_eas(&[], 0, SL_RESTART_SCAN, output)
    }

    /// NtSetEaFile with a list of FILE_FULL_EA_INFORMATION.
    pub fn set_eas(&self, list: &[u8]) -> Result<End, NTSTATUS> {
        self.require(FILE_WRITE_EA)?;
        let mut list = list.to_vec();
        let mut iopb = self.block(IRP_MJ_SET_EA, IRP_SYNCHRONOUS_API | IRP_DEFER_IO_COMPLETION);
        let set = FLT_PARAMETERS_SET_EA {
            Length: u32::try_from(list.len()).map_err(|_| STATUS_EA_TOO_LARGE)?,
            EaBuffer: list.as_mut_ptr().cast(),
            MdlAddress: std::ptr::null_mut(),
        };
        iopb.Parameters = FLT_PARAMETERS { SetEa: set };
        self.io.irp(&mut iopb)
    }
}
