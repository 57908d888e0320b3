#![allow(unsafe_code)] // reads a member of the parameter union

//! [`FileSystemControl`]: a control code and its buffers.

super::view! {
    /// `FLT_PARAMETERS.FileSystemControl.Common` — the members that every form of the parameters has.
    FileSystemControl, FLT_PARAMETERS_FS_CONTROL_COMMON, FileSystemControl.Common
}

impl FileSystemControl<'_> {
    /// `FSCTL_…`
    pub const fn code(&self) -> u32 {
        self.raw.FsControlCode
    }

    /// The size of the input, in bytes.
    pub const fn input_length(&self) -> u32 {
        self.raw.InputBufferLength
    }

    /// The room for the output, in bytes.
    pub const fn output_length(&self) -> u32 {
        self.raw.OutputBufferLength
    }
}
