#![allow(unsafe_code)] // reads a member of the parameter union

//! [`Create`]: how a file is to be opened.

use bitflags::bitflags;
use minifilter_sys as sys;

super::view! {
    /// `FLT_PARAMETERS.Create` — what the opener asked for.
    Create, FLT_PARAMETERS_CREATE, Create
}

bitflags! {
    /// `FILE_DIRECTORY_FILE` and the like — the options of a create.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct CreateOptions: u32 {
        /// `FILE_DIRECTORY_FILE`: the target is to be a directory.
        const DIRECTORY_FILE = sys::FILE_DIRECTORY_FILE;
        /// `FILE_NON_DIRECTORY_FILE`: the target is not to be a directory.
        const NON_DIRECTORY_FILE = sys::FILE_NON_DIRECTORY_FILE;
        /// `FILE_WRITE_THROUGH`: writes reach the medium before they complete.
        const WRITE_THROUGH = sys::FILE_WRITE_THROUGH;
        /// `FILE_NO_INTERMEDIATE_BUFFERING`: reads and writes bypass the cache.
        const NO_INTERMEDIATE_BUFFERING = sys::FILE_NO_INTERMEDIATE_BUFFERING;
        /// `FILE_DELETE_ON_CLOSE`: the file goes with its last handle.
        const DELETE_ON_CLOSE = sys::FILE_DELETE_ON_CLOSE;
        /// `FILE_OPEN_BY_FILE_ID`: the name is a file id.
        const OPEN_BY_FILE_ID = sys::FILE_OPEN_BY_FILE_ID;
        /// `FILE_OPEN_REPARSE_POINT`: open a reparse point itself.
        const OPEN_REPARSE_POINT = sys::FILE_OPEN_REPARSE_POINT;
        const _ = !0;
    }
}

bitflags! {
    /// `FILE_READ_DATA` and the like — the access that an opener wants.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct AccessMask: u32 {
        /// `FILE_READ_DATA`, `FILE_LIST_DIRECTORY`
        const READ_DATA = sys::FILE_READ_DATA;
        /// `FILE_WRITE_DATA`, `FILE_ADD_FILE`
        const WRITE_DATA = sys::FILE_WRITE_DATA;
        /// `FILE_APPEND_DATA`, `FILE_ADD_SUBDIRECTORY`
        const APPEND_DATA = sys::FILE_APPEND_DATA;
        /// `FILE_EXECUTE`, `FILE_TRAVERSE`
        const EXECUTE = sys::FILE_EXECUTE;
        /// `FILE_READ_ATTRIBUTES`
        const READ_ATTRIBUTES = sys::FILE_READ_ATTRIBUTES;
        /// `FILE_WRITE_ATTRIBUTES`
        const WRITE_ATTRIBUTES = sys::FILE_WRITE_ATTRIBUTES;
        /// `DELETE`
        const DELETE = sys::DELETE;
        const _ = !0;
    }
}

/// What is to happen when the file exists and when it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreateDisposition {
    /// `FILE_SUPERSEDE`: replace it, or create it.
    Supersede,
    /// `FILE_OPEN`: open it, or fail.
    Open,
    /// `FILE_CREATE`: create it, or fail.
    Create,
    /// `FILE_OPEN_IF`: open it, or create it.
    OpenIf,
    /// `FILE_OVERWRITE`: open and empty it, or fail.
    Overwrite,
    /// `FILE_OVERWRITE_IF`: open and empty it, or create it.
    OverwriteIf,
}

impl Create<'_> {
    /// The options: the low 24 bits of `Options`.
    pub const fn options(&self) -> CreateOptions {
        CreateOptions::from_bits_retain(self.raw.Options & 0x00FF_FFFF)
    }

    /// The disposition: the high 8 bits of `Options`; `None` if the number means nothing.
    pub const fn disposition(&self) -> Option<CreateDisposition> {
        Some(match self.raw.Options >> 24 {
            sys::FILE_SUPERSEDE => CreateDisposition::Supersede,
            sys::FILE_OPEN => CreateDisposition::Open,
            sys::FILE_CREATE => CreateDisposition::Create,
            sys::FILE_OPEN_IF => CreateDisposition::OpenIf,
            sys::FILE_OVERWRITE => CreateDisposition::Overwrite,
            sys::FILE_OVERWRITE_IF => CreateDisposition::OverwriteIf,
            _ => return None,
        })
    }

    /// `FILE_SHARE_READ` and the like.
    pub const fn share_access(&self) -> u16 {
        self.raw.ShareAccess
    }

    /// `FILE_ATTRIBUTE_…` for a file that is made.
    pub const fn file_attributes(&self) -> u16 {
        self.raw.FileAttributes
    }

    /// The access that the opener wants; none if there is no security context.
    pub const fn desired_access(&self) -> AccessMask {
        if self.raw.SecurityContext.is_null() {
            return AccessMask::empty();
        }
        // SAFETY: the I/O manager's security context is nonpaged with the IRP and lives for the operation.
        let context = unsafe { &*self.raw.SecurityContext };
        AccessMask::from_bits_retain(context.DesiredAccess)
    }
}
