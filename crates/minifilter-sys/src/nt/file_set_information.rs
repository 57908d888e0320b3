//! What files take, by information class.

use crate::*;

/// `FILE_ALLOCATION_INFORMATION` — the allocated size.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_ALLOCATION_INFORMATION {
    pub AllocationSize: LARGE_INTEGER,
}
layout!(FILE_ALLOCATION_INFORMATION: 8, 8 { AllocationSize: 0..8 });
/// `PFILE_ALLOCATION_INFORMATION` — points to a `FILE_ALLOCATION_INFORMATION`.
pub type PFILE_ALLOCATION_INFORMATION = *mut FILE_ALLOCATION_INFORMATION;

/// `FILE_END_OF_FILE_INFORMATION` — the length.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_END_OF_FILE_INFORMATION {
    pub EndOfFile: LARGE_INTEGER,
}
layout!(FILE_END_OF_FILE_INFORMATION: 8, 8 { EndOfFile: 0..8 });
/// `PFILE_END_OF_FILE_INFORMATION` — points to a `FILE_END_OF_FILE_INFORMATION`.
pub type PFILE_END_OF_FILE_INFORMATION = *mut FILE_END_OF_FILE_INFORMATION;

/// `FILE_VALID_DATA_LENGTH_INFORMATION` — how much has been written.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_VALID_DATA_LENGTH_INFORMATION {
    pub ValidDataLength: LARGE_INTEGER,
}
layout!(FILE_VALID_DATA_LENGTH_INFORMATION: 8, 8 { ValidDataLength: 0..8 });
/// `PFILE_VALID_DATA_LENGTH_INFORMATION` — points to a `FILE_VALID_DATA_LENGTH_INFORMATION`.
pub type PFILE_VALID_DATA_LENGTH_INFORMATION = *mut FILE_VALID_DATA_LENGTH_INFORMATION;

/// `FILE_DISPOSITION_INFORMATION` — whether the file goes with its last handle.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_DISPOSITION_INFORMATION {
    pub DeleteFile: BOOLEAN,
}
layout!(FILE_DISPOSITION_INFORMATION: 1, 1 { DeleteFile: 0..1 });
/// `PFILE_DISPOSITION_INFORMATION` — points to a `FILE_DISPOSITION_INFORMATION`.
pub type PFILE_DISPOSITION_INFORMATION = *mut FILE_DISPOSITION_INFORMATION;

/// `FILE_DISPOSITION_INFORMATION_EX` — how the file goes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_DISPOSITION_INFORMATION_EX {
    pub Flags: ULONG,
}
layout!(FILE_DISPOSITION_INFORMATION_EX: 4, 4 { Flags: 0..4 });
/// `PFILE_DISPOSITION_INFORMATION_EX` — points to a `FILE_DISPOSITION_INFORMATION_EX`.
pub type PFILE_DISPOSITION_INFORMATION_EX = *mut FILE_DISPOSITION_INFORMATION_EX;

/// `FILE_RENAME_FLAGS` — whether a target is replaced.
#[repr(C)]
#[derive(Clone, Copy)]
pub union FILE_RENAME_FLAGS {
    pub ReplaceIfExists: BOOLEAN,
    pub Flags: ULONG,
}
layout!(FILE_RENAME_FLAGS: 4, 4 { ReplaceIfExists: 0..1, Flags: 0..4 });

/// `FILE_RENAME_INFORMATION` — a new name.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_RENAME_INFORMATION {
    pub Anonymous: FILE_RENAME_FLAGS,
    pub RootDirectory: HANDLE,
    pub FileNameLength: ULONG,
    pub FileName: [WCHAR; 1],
}
layout!(FILE_RENAME_INFORMATION: 24, 8 {
    Anonymous: 0..4, RootDirectory: 8..16, FileNameLength: 16..20, FileName: 20..22,
});
/// `PFILE_RENAME_INFORMATION` — points to a `FILE_RENAME_INFORMATION`.
pub type PFILE_RENAME_INFORMATION = *mut FILE_RENAME_INFORMATION;

/// `FILE_LINK_INFORMATION` — a further name.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_LINK_INFORMATION {
    pub Anonymous: FILE_RENAME_FLAGS,
    pub RootDirectory: HANDLE,
    pub FileNameLength: ULONG,
    pub FileName: [WCHAR; 1],
}
layout!(FILE_LINK_INFORMATION: 24, 8 {
    Anonymous: 0..4, RootDirectory: 8..16, FileNameLength: 16..20, FileName: 20..22,
});
/// `PFILE_LINK_INFORMATION` — points to a `FILE_LINK_INFORMATION`.
pub type PFILE_LINK_INFORMATION = *mut FILE_LINK_INFORMATION;
