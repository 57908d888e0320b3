#![allow(unsafe_code)] // reads a member of the parameter union

//! [`QueryInformation`], [`SetInformation`], [`NetworkQueryOpen`]: which class, and what is in the buffer.

use minifilter_sys as sys;

super::view! {
    /// `FLT_PARAMETERS.QueryFileInformation` — what is asked.
    QueryInformation, FLT_PARAMETERS_QUERY_FILE_INFORMATION, QueryFileInformation
}

super::view! {
    /// `FLT_PARAMETERS.SetFileInformation` — what is to be changed.
    SetInformation, FLT_PARAMETERS_SET_FILE_INFORMATION, SetFileInformation
}

super::view! {
    /// `FLT_PARAMETERS.NetworkQueryOpen` — a question about a file by name.
    NetworkQueryOpen, FLT_PARAMETERS_NETWORK_QUERY_OPEN, NetworkQueryOpen
}

/// `FILE_INFORMATION_CLASS` — which information is asked or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileInformationClass(pub i32);

impl FileInformationClass {
    /// `FileBasicInformation`: times and attributes.
    pub const BASIC: Self = Self(sys::FileBasicInformation);
    /// `FileStandardInformation`: sizes, links, deletion.
    pub const STANDARD: Self = Self(sys::FileStandardInformation);
    /// `FileRenameInformation`: a new name.
    pub const RENAME: Self = Self(sys::FileRenameInformation);
    /// `FileRenameInformationEx`: a new name, with flags.
    pub const RENAME_EX: Self = Self(sys::FileRenameInformationEx);
    /// `FileLinkInformation`: a further name.
    pub const LINK: Self = Self(sys::FileLinkInformation);
    /// `FileDispositionInformation`: to be deleted or not.
    pub const DISPOSITION: Self = Self(sys::FileDispositionInformation);
    /// `FileDispositionInformationEx`: to be deleted or not, with flags.
    pub const DISPOSITION_EX: Self = Self(sys::FileDispositionInformationEx);
    /// `FileEndOfFileInformation`: the size.
    pub const END_OF_FILE: Self = Self(sys::FileEndOfFileInformation);
    /// `FileAllocationInformation`: the space.
    pub const ALLOCATION: Self = Self(sys::FileAllocationInformation);

    /// Whether the class gives the file a new name or a further one.
    pub fn renames(self) -> bool {
        self == Self::RENAME || self == Self::RENAME_EX || self == Self::LINK
    }

    /// Whether the class is about deletion.
    pub fn deletes(self) -> bool {
        self == Self::DISPOSITION || self == Self::DISPOSITION_EX
    }
}

impl QueryInformation<'_> {
    /// Which information.
    pub const fn class(&self) -> FileInformationClass {
        FileInformationClass(self.raw.FileInformationClass)
    }

    /// The size of the buffer, in bytes.
    pub const fn length(&self) -> u32 {
        self.raw.Length
    }
}

impl SetInformation<'_> {
    /// Which information.
    pub const fn class(&self) -> FileInformationClass {
        FileInformationClass(self.raw.FileInformationClass)
    }

    /// The size of the buffer, in bytes.
    pub const fn length(&self) -> u32 {
        self.raw.Length
    }
}

impl NetworkQueryOpen<'_> {
    /// What the file system answered; filled only when the operation has succeeded. `None` if there is no buffer.
    pub const fn answer(&self) -> Option<sys::FILE_NETWORK_OPEN_INFORMATION> {
        if self.raw.NetworkInformation.is_null() {
            return None;
        }
        // SAFETY: the requestor's buffer is kernel memory, as large as the structure, and lives for the operation; every bit
        // pattern is a value of it.
        Some(unsafe { self.raw.NetworkInformation.read_unaligned() })
    }
}
