//! What files answer, by information class.

use crate::*;

/// `FILE_BASIC_INFORMATION` — times and attributes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_BASIC_INFORMATION {
    pub CreationTime: LARGE_INTEGER,
    pub LastAccessTime: LARGE_INTEGER,
    pub LastWriteTime: LARGE_INTEGER,
    pub ChangeTime: LARGE_INTEGER,
    pub FileAttributes: ULONG,
}
layout!(FILE_BASIC_INFORMATION: 40, 8 {
    CreationTime: 0..8, LastAccessTime: 8..16, LastWriteTime: 16..24, ChangeTime: 24..32,
    FileAttributes: 32..36,
});
/// `PFILE_BASIC_INFORMATION` — points to a `FILE_BASIC_INFORMATION`.
pub type PFILE_BASIC_INFORMATION = *mut FILE_BASIC_INFORMATION;

/// `FILE_STANDARD_INFORMATION` — sizes, links and deletion.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_STANDARD_INFORMATION {
    pub AllocationSize: LARGE_INTEGER,
    pub EndOfFile: LARGE_INTEGER,
    pub NumberOfLinks: ULONG,
    pub DeletePending: BOOLEAN,
    pub Directory: BOOLEAN,
}
layout!(FILE_STANDARD_INFORMATION: 24, 8 {
    AllocationSize: 0..8, EndOfFile: 8..16, NumberOfLinks: 16..20, DeletePending: 20..21,
    Directory: 21..22,
});
/// `PFILE_STANDARD_INFORMATION` — points to a `FILE_STANDARD_INFORMATION`.
pub type PFILE_STANDARD_INFORMATION = *mut FILE_STANDARD_INFORMATION;

/// `FILE_STANDARD_INFORMATION_EX` — sizes, links, deletion and kind of stream.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_STANDARD_INFORMATION_EX {
    pub AllocationSize: LARGE_INTEGER,
    pub EndOfFile: LARGE_INTEGER,
    pub NumberOfLinks: ULONG,
    pub DeletePending: BOOLEAN,
    pub Directory: BOOLEAN,
    pub AlternateStream: BOOLEAN,
    pub MetadataAttribute: BOOLEAN,
}
layout!(FILE_STANDARD_INFORMATION_EX: 24, 8 {
    AllocationSize: 0..8, EndOfFile: 8..16, NumberOfLinks: 16..20, DeletePending: 20..21,
    Directory: 21..22, AlternateStream: 22..23, MetadataAttribute: 23..24,
});
/// `PFILE_STANDARD_INFORMATION_EX` — points to a `FILE_STANDARD_INFORMATION_EX`.
pub type PFILE_STANDARD_INFORMATION_EX = *mut FILE_STANDARD_INFORMATION_EX;

/// `FILE_INTERNAL_INFORMATION` — the file's number on its volume.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_INTERNAL_INFORMATION {
    pub IndexNumber: LARGE_INTEGER,
}
layout!(FILE_INTERNAL_INFORMATION: 8, 8 { IndexNumber: 0..8 });
/// `PFILE_INTERNAL_INFORMATION` — points to a `FILE_INTERNAL_INFORMATION`.
pub type PFILE_INTERNAL_INFORMATION = *mut FILE_INTERNAL_INFORMATION;

/// `FILE_EA_INFORMATION` — the size of the extended attributes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_EA_INFORMATION {
    pub EaSize: ULONG,
}
layout!(FILE_EA_INFORMATION: 4, 4 { EaSize: 0..4 });
/// `PFILE_EA_INFORMATION` — points to a `FILE_EA_INFORMATION`.
pub type PFILE_EA_INFORMATION = *mut FILE_EA_INFORMATION;

/// `FILE_ACCESS_INFORMATION` — the rights of a handle.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_ACCESS_INFORMATION {
    pub AccessFlags: ACCESS_MASK,
}
layout!(FILE_ACCESS_INFORMATION: 4, 4 { AccessFlags: 0..4 });
/// `PFILE_ACCESS_INFORMATION` — points to a `FILE_ACCESS_INFORMATION`.
pub type PFILE_ACCESS_INFORMATION = *mut FILE_ACCESS_INFORMATION;

/// `FILE_POSITION_INFORMATION` — the file pointer.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_POSITION_INFORMATION {
    pub CurrentByteOffset: LARGE_INTEGER,
}
layout!(FILE_POSITION_INFORMATION: 8, 8 { CurrentByteOffset: 0..8 });
/// `PFILE_POSITION_INFORMATION` — points to a `FILE_POSITION_INFORMATION`.
pub type PFILE_POSITION_INFORMATION = *mut FILE_POSITION_INFORMATION;

/// `FILE_MODE_INFORMATION` — how the file was opened.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_MODE_INFORMATION {
    pub Mode: ULONG,
}
layout!(FILE_MODE_INFORMATION: 4, 4 { Mode: 0..4 });
/// `PFILE_MODE_INFORMATION` — points to a `FILE_MODE_INFORMATION`.
pub type PFILE_MODE_INFORMATION = *mut FILE_MODE_INFORMATION;

/// `FILE_ALIGNMENT_INFORMATION` — how buffers must be aligned.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_ALIGNMENT_INFORMATION {
    pub AlignmentRequirement: ULONG,
}
layout!(FILE_ALIGNMENT_INFORMATION: 4, 4 { AlignmentRequirement: 0..4 });
/// `PFILE_ALIGNMENT_INFORMATION` — points to a `FILE_ALIGNMENT_INFORMATION`.
pub type PFILE_ALIGNMENT_INFORMATION = *mut FILE_ALIGNMENT_INFORMATION;

/// `FILE_NAME_INFORMATION` — a name.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_NAME_INFORMATION {
    pub FileNameLength: ULONG,
    pub FileName: [WCHAR; 1],
}
layout!(FILE_NAME_INFORMATION: 8, 4 { FileNameLength: 0..4, FileName: 4..6 });
/// `PFILE_NAME_INFORMATION` — points to a `FILE_NAME_INFORMATION`.
pub type PFILE_NAME_INFORMATION = *mut FILE_NAME_INFORMATION;

/// `FILE_ALL_INFORMATION` — most of the others at once.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_ALL_INFORMATION {
    pub BasicInformation: FILE_BASIC_INFORMATION,
    pub StandardInformation: FILE_STANDARD_INFORMATION,
    pub InternalInformation: FILE_INTERNAL_INFORMATION,
    pub EaInformation: FILE_EA_INFORMATION,
    pub AccessInformation: FILE_ACCESS_INFORMATION,
    pub PositionInformation: FILE_POSITION_INFORMATION,
    pub ModeInformation: FILE_MODE_INFORMATION,
    pub AlignmentInformation: FILE_ALIGNMENT_INFORMATION,
    pub NameInformation: FILE_NAME_INFORMATION,
}
layout!(FILE_ALL_INFORMATION: 104, 8 {
    BasicInformation: 0..40, StandardInformation: 40..64, InternalInformation: 64..72,
    EaInformation: 72..76, AccessInformation: 76..80, PositionInformation: 80..88,
    ModeInformation: 88..92, AlignmentInformation: 92..96, NameInformation: 96..104,
});
/// `PFILE_ALL_INFORMATION` — points to a `FILE_ALL_INFORMATION`.
pub type PFILE_ALL_INFORMATION = *mut FILE_ALL_INFORMATION;

/// `FILE_NETWORK_OPEN_INFORMATION` — what a network open asks for.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_NETWORK_OPEN_INFORMATION {
    pub CreationTime: LARGE_INTEGER,
    pub LastAccessTime: LARGE_INTEGER,
    pub LastWriteTime: LARGE_INTEGER,
    pub ChangeTime: LARGE_INTEGER,
    pub AllocationSize: LARGE_INTEGER,
    pub EndOfFile: LARGE_INTEGER,
    pub FileAttributes: ULONG,
}
layout!(FILE_NETWORK_OPEN_INFORMATION: 56, 8 {
    CreationTime: 0..8, LastAccessTime: 8..16, LastWriteTime: 16..24, ChangeTime: 24..32,
    AllocationSize: 32..40, EndOfFile: 40..48, FileAttributes: 48..52,
});
/// `PFILE_NETWORK_OPEN_INFORMATION` — points to a `FILE_NETWORK_OPEN_INFORMATION`.
pub type PFILE_NETWORK_OPEN_INFORMATION = *mut FILE_NETWORK_OPEN_INFORMATION;

/// `FILE_ATTRIBUTE_TAG_INFORMATION` — attributes and reparse tag.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_ATTRIBUTE_TAG_INFORMATION {
    pub FileAttributes: ULONG,
    pub ReparseTag: ULONG,
}
layout!(FILE_ATTRIBUTE_TAG_INFORMATION: 8, 4 { FileAttributes: 0..4, ReparseTag: 4..8 });
/// `PFILE_ATTRIBUTE_TAG_INFORMATION` — points to a `FILE_ATTRIBUTE_TAG_INFORMATION`.
pub type PFILE_ATTRIBUTE_TAG_INFORMATION = *mut FILE_ATTRIBUTE_TAG_INFORMATION;
