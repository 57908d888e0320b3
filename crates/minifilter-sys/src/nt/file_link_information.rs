//! Streams, links and other lists that files answer.

use crate::*;

/// `FILE_STREAM_INFORMATION` — one data stream.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_STREAM_INFORMATION {
    pub NextEntryOffset: ULONG,
    pub StreamNameLength: ULONG,
    pub StreamSize: LARGE_INTEGER,
    pub StreamAllocationSize: LARGE_INTEGER,
    pub StreamName: [WCHAR; 1],
}
layout!(FILE_STREAM_INFORMATION: 32, 8 {
    NextEntryOffset: 0..4, StreamNameLength: 4..8, StreamSize: 8..16, StreamAllocationSize: 16..24,
    StreamName: 24..26,
});
/// `PFILE_STREAM_INFORMATION` — points to a `FILE_STREAM_INFORMATION`.
pub type PFILE_STREAM_INFORMATION = *mut FILE_STREAM_INFORMATION;

/// `FILE_COMPRESSION_INFORMATION` — how the file is compressed.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_COMPRESSION_INFORMATION {
    pub CompressedFileSize: LARGE_INTEGER,
    pub CompressionFormat: USHORT,
    pub CompressionUnitShift: UCHAR,
    pub ChunkShift: UCHAR,
    pub ClusterShift: UCHAR,
    pub Reserved: [UCHAR; 3],
}
layout!(FILE_COMPRESSION_INFORMATION: 16, 8 {
    CompressedFileSize: 0..8, CompressionFormat: 8..10, CompressionUnitShift: 10..11,
    ChunkShift: 11..12, ClusterShift: 12..13, Reserved: 13..16,
});
/// `PFILE_COMPRESSION_INFORMATION` — points to a `FILE_COMPRESSION_INFORMATION`.
pub type PFILE_COMPRESSION_INFORMATION = *mut FILE_COMPRESSION_INFORMATION;

/// `FILE_ID_INFORMATION` — the file's number of 128 bits.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_ID_INFORMATION {
    pub VolumeSerialNumber: ULONGLONG,
    pub FileId: FILE_ID_128,
}
layout!(FILE_ID_INFORMATION: 24, 8 { VolumeSerialNumber: 0..8, FileId: 8..24 });
/// `PFILE_ID_INFORMATION` — points to a `FILE_ID_INFORMATION`.
pub type PFILE_ID_INFORMATION = *mut FILE_ID_INFORMATION;

/// `FILE_CASE_SENSITIVE_INFORMATION` — whether a directory tells cases apart.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_CASE_SENSITIVE_INFORMATION {
    pub Flags: ULONG,
}
layout!(FILE_CASE_SENSITIVE_INFORMATION: 4, 4 { Flags: 0..4 });
/// `PFILE_CASE_SENSITIVE_INFORMATION` — points to a `FILE_CASE_SENSITIVE_INFORMATION`.
pub type PFILE_CASE_SENSITIVE_INFORMATION = *mut FILE_CASE_SENSITIVE_INFORMATION;

/// `FILE_STANDARD_LINK_INFORMATION` — the number of links.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_STANDARD_LINK_INFORMATION {
    pub NumberOfAccessibleLinks: ULONG,
    pub TotalNumberOfLinks: ULONG,
    pub DeletePending: BOOLEAN,
    pub Directory: BOOLEAN,
}
layout!(FILE_STANDARD_LINK_INFORMATION: 12, 4 {
    NumberOfAccessibleLinks: 0..4, TotalNumberOfLinks: 4..8, DeletePending: 8..9, Directory: 9..10,
});
/// `PFILE_STANDARD_LINK_INFORMATION` — points to a `FILE_STANDARD_LINK_INFORMATION`.
pub type PFILE_STANDARD_LINK_INFORMATION = *mut FILE_STANDARD_LINK_INFORMATION;

/// `FILE_LINK_ENTRY_INFORMATION` — one link.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_LINK_ENTRY_INFORMATION {
    pub NextEntryOffset: ULONG,
    pub ParentFileId: LONGLONG,
    pub FileNameLength: ULONG,
    pub FileName: [WCHAR; 1],
}
layout!(FILE_LINK_ENTRY_INFORMATION: 24, 8 {
    NextEntryOffset: 0..4, ParentFileId: 8..16, FileNameLength: 16..20, FileName: 20..22,
});
/// `PFILE_LINK_ENTRY_INFORMATION` — points to a `FILE_LINK_ENTRY_INFORMATION`.
pub type PFILE_LINK_ENTRY_INFORMATION = *mut FILE_LINK_ENTRY_INFORMATION;

/// `FILE_LINKS_INFORMATION` — all links.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_LINKS_INFORMATION {
    pub BytesNeeded: ULONG,
    pub EntriesReturned: ULONG,
    pub Entry: FILE_LINK_ENTRY_INFORMATION,
}
layout!(FILE_LINKS_INFORMATION: 32, 8 { BytesNeeded: 0..4, EntriesReturned: 4..8, Entry: 8..32 });
/// `PFILE_LINKS_INFORMATION` — points to a `FILE_LINKS_INFORMATION`.
pub type PFILE_LINKS_INFORMATION = *mut FILE_LINKS_INFORMATION;

/// `FILE_STAT_INFORMATION` — what `stat` wants to know.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_STAT_INFORMATION {
    pub FileId: LARGE_INTEGER,
    pub CreationTime: LARGE_INTEGER,
    pub LastAccessTime: LARGE_INTEGER,
    pub LastWriteTime: LARGE_INTEGER,
    pub ChangeTime: LARGE_INTEGER,
    pub AllocationSize: LARGE_INTEGER,
    pub EndOfFile: LARGE_INTEGER,
    pub FileAttributes: ULONG,
    pub ReparseTag: ULONG,
    pub NumberOfLinks: ULONG,
    pub EffectiveAccess: ACCESS_MASK,
}
layout!(FILE_STAT_INFORMATION: 72, 8 {
    FileId: 0..8, CreationTime: 8..16, LastAccessTime: 16..24, LastWriteTime: 24..32,
    ChangeTime: 32..40, AllocationSize: 40..48, EndOfFile: 48..56, FileAttributes: 56..60,
    ReparseTag: 60..64, NumberOfLinks: 64..68, EffectiveAccess: 68..72,
});
/// `PFILE_STAT_INFORMATION` — points to a `FILE_STAT_INFORMATION`.
pub type PFILE_STAT_INFORMATION = *mut FILE_STAT_INFORMATION;

/// `FILE_REPARSE_POINT_INFORMATION` — a reparse point of the volume.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_REPARSE_POINT_INFORMATION {
    pub FileReference: LONGLONG,
    pub Tag: ULONG,
}
layout!(FILE_REPARSE_POINT_INFORMATION: 16, 8 { FileReference: 0..8, Tag: 8..12 });
/// `PFILE_REPARSE_POINT_INFORMATION` — points to a `FILE_REPARSE_POINT_INFORMATION`.
pub type PFILE_REPARSE_POINT_INFORMATION = *mut FILE_REPARSE_POINT_INFORMATION;
