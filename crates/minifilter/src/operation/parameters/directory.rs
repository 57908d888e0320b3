#![allow(unsafe_code)] // reads a member of the parameter union

//! [`DirectoryControl`]: a listing, or a wish to be told of changes.

super::view! {
    /// `FLT_PARAMETERS.DirectoryControl.QueryDirectory` — what is asked about a directory, when the minor code is
    /// `IRP_MN_QUERY_DIRECTORY`.
    DirectoryControl, FLT_PARAMETERS_QUERY_DIRECTORY, DirectoryControl.QueryDirectory
}

impl DirectoryControl<'_> {
    /// The size of the buffer, in bytes: the first member of both forms of the parameters.
    pub const fn length(&self) -> u32 {
        self.raw.Length
    }
}
