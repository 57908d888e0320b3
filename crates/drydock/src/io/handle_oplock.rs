//! NtFsControlFile with controls that last: oplocks.

use minifilter_sys::*;

use super::Handle;
use super::pending::Pending;
use crate::volume::paging::empty_block;
use crate::volume::parameters;

/// Bytes of REQUEST_OPLOCK_OUTPUT_BUFFER.
const OUTPUT: usize = size_of::<REQUEST_OPLOCK_OUTPUT_BUFFER>();

impl Handle<'_> {
    /// Sends a control of oplocks that has no parameters, without waiting.
    ///
    /// # Errors
    /// When the program may not send anything.
    pub fn oplock(&self, code: u32) -> Result<Pending, NTSTATUS> {
        self.start_control(code, &[], 0)
    }

    /// FSCTL_REQUEST_OPLOCK — asks for OPLOCK_LEVEL_CACHE_*, or acknowledges a break to them.
    ///
    /// # Errors
    /// As [`Handle::oplock`].
    pub fn request_oplock(&self, cache: u32, acknowledge: bool) -> Result<Pending, NTSTATUS> {
        let flags = if acknowledge { 2_u32 } else { 1 };
        let head = [1_u16.to_le_bytes(), 12_u16.to_le_bytes()].concat();
        let input = [&*head, &cache.to_le_bytes(), &flags.to_le_bytes()].concat();
        self.start_control(FSCTL_REQUEST_OPLOCK, &input, OUTPUT)
    }

    fn start_control(&self, code: u32, input: &[u8], output: usize) -> Result<Pending, NTSTATUS> {
        let mut buffer = vec![0_u8; input.len().max(output)].into_boxed_slice();
        buffer[..input.len()].copy_from_slice(input);
        let mut iopb = self.block(IRP_MJ_FILE_SYSTEM_CONTROL, IRP_BUFFERED_IO);
        iopb.MinorFunction = IRP_MN_USER_FS_REQUEST;
        let control = FLT_PARAMETERS_FS_CONTROL_BUFFERED {
            OutputBufferLength: output as u32,
            InputBufferLength: input.len() as u32,
            FsControlCode: code,
            SystemBuffer: buffer.as_mut_ptr().cast(),
            ..parameters::fs_control(&empty_block())
        };
        iopb.Parameters = FLT_PARAMETERS {
            FileSystemControl: FLT_PARAMETERS_FILE_SYSTEM_CONTROL { Buffered: control },
        };
        self.io.start(&iopb, buffer)
    }
}
