//! What a directory answers, entry by entry, and its notifications.

use crate::*;

/// `FILE_DIRECTORY_INFORMATION` — an entry with times, sizes and attributes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_DIRECTORY_INFORMATION {
    pub NextEntryOffset: ULONG,
    pub FileIndex: ULONG,
    pub CreationTime: LARGE_INTEGER,
    pub LastAccessTime: LARGE_INTEGER,
    pub LastWriteTime: LARGE_INTEGER,
    pub ChangeTime: LARGE_INTEGER,
    pub EndOfFile: LARGE_INTEGER,
    pub AllocationSize: LARGE_INTEGER,
    pub FileAttributes: ULONG,
    pub FileNameLength: ULONG,
    pub FileName: [WCHAR; 1],
}
layout!(FILE_DIRECTORY_INFORMATION: 72, 8 {
    NextEntryOffset: 0..4, FileIndex: 4..8, CreationTime: 8..16, LastAccessTime: 16..24,
    LastWriteTime: 24..32, ChangeTime: 32..40, EndOfFile: 40..48, AllocationSize: 48..56,
    FileAttributes: 56..60, FileNameLength: 60..64, FileName: 64..66,
});
/// `PFILE_DIRECTORY_INFORMATION` — points to a `FILE_DIRECTORY_INFORMATION`.
pub type PFILE_DIRECTORY_INFORMATION = *mut FILE_DIRECTORY_INFORMATION;

/// `FILE_FULL_DIR_INFORMATION` — and the size of the extended attributes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_FULL_DIR_INFORMATION {
    pub NextEntryOffset: ULONG,
    pub FileIndex: ULONG,
    pub CreationTime: LARGE_INTEGER,
    pub LastAccessTime: LARGE_INTEGER,
    pub LastWriteTime: LARGE_INTEGER,
    pub ChangeTime: LARGE_INTEGER,
    pub EndOfFile: LARGE_INTEGER,
    pub AllocationSize: LARGE_INTEGER,
    pub FileAttributes: ULONG,
    pub FileNameLength: ULONG,
    pub EaSize: ULONG,
    pub FileName: [WCHAR; 1],
}
layout!(FILE_FULL_DIR_INFORMATION: 72, 8 {
    NextEntryOffset: 0..4, FileIndex: 4..8, CreationTime: 8..16, LastAccessTime: 16..24,
    LastWriteTime: 24..32, ChangeTime: 32..40, EndOfFile: 40..48, AllocationSize: 48..56,
    FileAttributes: 56..60, FileNameLength: 60..64, EaSize: 64..68, FileName: 68..70,
});
/// `PFILE_FULL_DIR_INFORMATION` — points to a `FILE_FULL_DIR_INFORMATION`.
pub type PFILE_FULL_DIR_INFORMATION = *mut FILE_FULL_DIR_INFORMATION;

/// `FILE_BOTH_DIR_INFORMATION` — and the short name.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_BOTH_DIR_INFORMATION {
    pub NextEntryOffset: ULONG,
    pub FileIndex: ULONG,
    pub CreationTime: LARGE_INTEGER,
    pub LastAccessTime: LARGE_INTEGER,
    pub LastWriteTime: LARGE_INTEGER,
    pub ChangeTime: LARGE_INTEGER,
    pub EndOfFile: LARGE_INTEGER,
    pub AllocationSize: LARGE_INTEGER,
    pub FileAttributes: ULONG,
    pub FileNameLength: ULONG,
    pub EaSize: ULONG,
    pub ShortNameLength: CCHAR,
    pub ShortName: [WCHAR; 12],
    pub FileName: [WCHAR; 1],
}
layout!(FILE_BOTH_DIR_INFORMATION: 96, 8 {
    NextEntryOffset: 0..4, FileIndex: 4..8, CreationTime: 8..16, LastAccessTime: 16..24,
    LastWriteTime: 24..32, ChangeTime: 32..40, EndOfFile: 40..48, AllocationSize: 48..56,
    FileAttributes: 56..60, FileNameLength: 60..64, EaSize: 64..68, ShortNameLength: 68..69,
    ShortName: 70..94, FileName: 94..96,
});
/// `PFILE_BOTH_DIR_INFORMATION` — points to a `FILE_BOTH_DIR_INFORMATION`.
pub type PFILE_BOTH_DIR_INFORMATION = *mut FILE_BOTH_DIR_INFORMATION;

/// `FILE_NAMES_INFORMATION` — an entry's name alone.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_NAMES_INFORMATION {
    pub NextEntryOffset: ULONG,
    pub FileIndex: ULONG,
    pub FileNameLength: ULONG,
    pub FileName: [WCHAR; 1],
}
layout!(FILE_NAMES_INFORMATION: 16, 4 {
    NextEntryOffset: 0..4, FileIndex: 4..8, FileNameLength: 8..12, FileName: 12..14,
});
/// `PFILE_NAMES_INFORMATION` — points to a `FILE_NAMES_INFORMATION`.
pub type PFILE_NAMES_INFORMATION = *mut FILE_NAMES_INFORMATION;

/// `FILE_ID_FULL_DIR_INFORMATION` — an entry and its file's number.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_ID_FULL_DIR_INFORMATION {
    pub NextEntryOffset: ULONG,
    pub FileIndex: ULONG,
    pub CreationTime: LARGE_INTEGER,
    pub LastAccessTime: LARGE_INTEGER,
    pub LastWriteTime: LARGE_INTEGER,
    pub ChangeTime: LARGE_INTEGER,
    pub EndOfFile: LARGE_INTEGER,
    pub AllocationSize: LARGE_INTEGER,
    pub FileAttributes: ULONG,
    pub FileNameLength: ULONG,
    pub EaSize: ULONG,
    pub FileId: LARGE_INTEGER,
    pub FileName: [WCHAR; 1],
}
layout!(FILE_ID_FULL_DIR_INFORMATION: 88, 8 {
    NextEntryOffset: 0..4, FileIndex: 4..8, CreationTime: 8..16, LastAccessTime: 16..24,
    LastWriteTime: 24..32, ChangeTime: 32..40, EndOfFile: 40..48, AllocationSize: 48..56,
    FileAttributes: 56..60, FileNameLength: 60..64, EaSize: 64..68, FileId: 72..80,
    FileName: 80..82,
});
/// `PFILE_ID_FULL_DIR_INFORMATION` — points to a `FILE_ID_FULL_DIR_INFORMATION`.
pub type PFILE_ID_FULL_DIR_INFORMATION = *mut FILE_ID_FULL_DIR_INFORMATION;

/// `FILE_ID_BOTH_DIR_INFORMATION` — an entry, its short name and its file's number.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_ID_BOTH_DIR_INFORMATION {
    pub NextEntryOffset: ULONG,
    pub FileIndex: ULONG,
    pub CreationTime: LARGE_INTEGER,
    pub LastAccessTime: LARGE_INTEGER,
    pub LastWriteTime: LARGE_INTEGER,
    pub ChangeTime: LARGE_INTEGER,
    pub EndOfFile: LARGE_INTEGER,
    pub AllocationSize: LARGE_INTEGER,
    pub FileAttributes: ULONG,
    pub FileNameLength: ULONG,
    pub EaSize: ULONG,
    pub ShortNameLength: CCHAR,
    pub ShortName: [WCHAR; 12],
    pub FileId: LARGE_INTEGER,
    pub FileName: [WCHAR; 1],
}
layout!(FILE_ID_BOTH_DIR_INFORMATION: 112, 8 {
    NextEntryOffset: 0..4, FileIndex: 4..8, CreationTime: 8..16, LastAccessTime: 16..24,
    LastWriteTime: 24..32, ChangeTime: 32..40, EndOfFile: 40..48, AllocationSize: 48..56,
    FileAttributes: 56..60, FileNameLength: 60..64, EaSize: 64..68, ShortNameLength: 68..69,
    ShortName: 70..94, FileId: 96..104, FileName: 104..106,
});
/// `PFILE_ID_BOTH_DIR_INFORMATION` — points to a `FILE_ID_BOTH_DIR_INFORMATION`.
pub type PFILE_ID_BOTH_DIR_INFORMATION = *mut FILE_ID_BOTH_DIR_INFORMATION;

/// `FILE_ID_EXTD_DIR_INFORMATION` — an entry and its file's number of 128 bits.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_ID_EXTD_DIR_INFORMATION {
    pub NextEntryOffset: ULONG,
    pub FileIndex: ULONG,
    pub CreationTime: LARGE_INTEGER,
    pub LastAccessTime: LARGE_INTEGER,
    pub LastWriteTime: LARGE_INTEGER,
    pub ChangeTime: LARGE_INTEGER,
    pub EndOfFile: LARGE_INTEGER,
    pub AllocationSize: LARGE_INTEGER,
    pub FileAttributes: ULONG,
    pub FileNameLength: ULONG,
    pub EaSize: ULONG,
    pub ReparsePointTag: ULONG,
    pub FileId: FILE_ID_128,
    pub FileName: [WCHAR; 1],
}
layout!(FILE_ID_EXTD_DIR_INFORMATION: 96, 8 {
    NextEntryOffset: 0..4, FileIndex: 4..8, CreationTime: 8..16, LastAccessTime: 16..24,
    LastWriteTime: 24..32, ChangeTime: 32..40, EndOfFile: 40..48, AllocationSize: 48..56,
    FileAttributes: 56..60, FileNameLength: 60..64, EaSize: 64..68, ReparsePointTag: 68..72,
    FileId: 72..88, FileName: 88..90,
});
/// `PFILE_ID_EXTD_DIR_INFORMATION` — points to a `FILE_ID_EXTD_DIR_INFORMATION`.
pub type PFILE_ID_EXTD_DIR_INFORMATION = *mut FILE_ID_EXTD_DIR_INFORMATION;

/// `FILE_ID_EXTD_BOTH_DIR_INFORMATION` — an entry, its short name and its file's number of 128 bits.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_ID_EXTD_BOTH_DIR_INFORMATION {
    pub NextEntryOffset: ULONG,
    pub FileIndex: ULONG,
    pub CreationTime: LARGE_INTEGER,
    pub LastAccessTime: LARGE_INTEGER,
    pub LastWriteTime: LARGE_INTEGER,
    pub ChangeTime: LARGE_INTEGER,
    pub EndOfFile: LARGE_INTEGER,
    pub AllocationSize: LARGE_INTEGER,
    pub FileAttributes: ULONG,
    pub FileNameLength: ULONG,
    pub EaSize: ULONG,
    pub ReparsePointTag: ULONG,
    pub FileId: FILE_ID_128,
    pub ShortNameLength: CCHAR,
    pub ShortName: [WCHAR; 12],
    pub FileName: [WCHAR; 1],
}
layout!(FILE_ID_EXTD_BOTH_DIR_INFORMATION: 120, 8 {
    NextEntryOffset: 0..4, FileIndex: 4..8, CreationTime: 8..16, LastAccessTime: 16..24,
    LastWriteTime: 24..32, ChangeTime: 32..40, EndOfFile: 40..48, AllocationSize: 48..56,
    FileAttributes: 56..60, FileNameLength: 60..64, EaSize: 64..68, ReparsePointTag: 68..72,
    FileId: 72..88, ShortNameLength: 88..89, ShortName: 90..114, FileName: 114..116,
});
/// `PFILE_ID_EXTD_BOTH_DIR_INFORMATION` — points to a `FILE_ID_EXTD_BOTH_DIR_INFORMATION`.
pub type PFILE_ID_EXTD_BOTH_DIR_INFORMATION = *mut FILE_ID_EXTD_BOTH_DIR_INFORMATION;

/// `FILE_ID_GLOBAL_TX_DIR_INFORMATION` — an entry and the transaction that locks it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_ID_GLOBAL_TX_DIR_INFORMATION {
    pub NextEntryOffset: ULONG,
    pub FileIndex: ULONG,
    pub CreationTime: LARGE_INTEGER,
    pub LastAccessTime: LARGE_INTEGER,
    pub LastWriteTime: LARGE_INTEGER,
    pub ChangeTime: LARGE_INTEGER,
    pub EndOfFile: LARGE_INTEGER,
    pub AllocationSize: LARGE_INTEGER,
    pub FileAttributes: ULONG,
    pub FileNameLength: ULONG,
    pub FileId: LARGE_INTEGER,
    pub LockingTransactionId: GUID,
    pub TxInfoFlags: ULONG,
    pub FileName: [WCHAR; 1],
}
layout!(FILE_ID_GLOBAL_TX_DIR_INFORMATION: 96, 8 {
    NextEntryOffset: 0..4, FileIndex: 4..8, CreationTime: 8..16, LastAccessTime: 16..24,
    LastWriteTime: 24..32, ChangeTime: 32..40, EndOfFile: 40..48, AllocationSize: 48..56,
    FileAttributes: 56..60, FileNameLength: 60..64, FileId: 64..72, LockingTransactionId: 72..88,
    TxInfoFlags: 88..92, FileName: 92..94,
});
/// `PFILE_ID_GLOBAL_TX_DIR_INFORMATION` — points to a `FILE_ID_GLOBAL_TX_DIR_INFORMATION`.
pub type PFILE_ID_GLOBAL_TX_DIR_INFORMATION = *mut FILE_ID_GLOBAL_TX_DIR_INFORMATION;

/// `FILE_OBJECTID_IDS` — the identifiers of a file's birth.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_OBJECTID_IDS {
    pub BirthVolumeId: [UCHAR; 16],
    pub BirthObjectId: [UCHAR; 16],
    pub DomainId: [UCHAR; 16],
}
layout!(FILE_OBJECTID_IDS: 48, 1 { BirthVolumeId: 0..16, BirthObjectId: 16..32, DomainId: 32..48 });

/// `FILE_OBJECTID_EXTENSION` — the second part of an object identifier.
#[repr(C)]
#[derive(Clone, Copy)]
pub union FILE_OBJECTID_EXTENSION {
    pub Anonymous: FILE_OBJECTID_IDS,
    pub ExtendedInfo: [UCHAR; 48],
}
layout!(FILE_OBJECTID_EXTENSION: 48, 1 { Anonymous: 0..48, ExtendedInfo: 0..48 });

/// `FILE_OBJECTID_INFORMATION` — a file's object identifier, from the volume's index.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_OBJECTID_INFORMATION {
    pub FileReference: LONGLONG,
    pub ObjectId: [UCHAR; 16],
    pub Anonymous: FILE_OBJECTID_EXTENSION,
}
layout!(FILE_OBJECTID_INFORMATION: 72, 8 {
    FileReference: 0..8, ObjectId: 8..24, Anonymous: 24..72,
});
/// `PFILE_OBJECTID_INFORMATION` — points to a `FILE_OBJECTID_INFORMATION`.
pub type PFILE_OBJECTID_INFORMATION = *mut FILE_OBJECTID_INFORMATION;

/// `FILE_OBJECTID_BUFFER` — a file's object identifier.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_OBJECTID_BUFFER {
    pub ObjectId: [UCHAR; 16],
    pub Anonymous: FILE_OBJECTID_EXTENSION,
}
layout!(FILE_OBJECTID_BUFFER: 64, 1 { ObjectId: 0..16, Anonymous: 16..64 });
/// `PFILE_OBJECTID_BUFFER` — points to a `FILE_OBJECTID_BUFFER`.
pub type PFILE_OBJECTID_BUFFER = *mut FILE_OBJECTID_BUFFER;

/// `FILE_NOTIFY_INFORMATION` — a change in a directory.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_NOTIFY_INFORMATION {
    pub NextEntryOffset: ULONG,
    pub Action: ULONG,
    pub FileNameLength: ULONG,
    pub FileName: [WCHAR; 1],
}
layout!(FILE_NOTIFY_INFORMATION: 16, 4 {
    NextEntryOffset: 0..4, Action: 4..8, FileNameLength: 8..12, FileName: 12..14,
});
/// `PFILE_NOTIFY_INFORMATION` — points to a `FILE_NOTIFY_INFORMATION`.
pub type PFILE_NOTIFY_INFORMATION = *mut FILE_NOTIFY_INFORMATION;

/// `FILE_NOTIFY_TAG` — the tag of a reparse point, else the size of the extended attributes.
#[repr(C)]
#[derive(Clone, Copy)]
pub union FILE_NOTIFY_TAG {
    pub ReparsePointTag: ULONG,
    pub EaSize: ULONG,
}
layout!(FILE_NOTIFY_TAG: 4, 4 { ReparsePointTag: 0..4, EaSize: 0..4 });

/// `FILE_NOTIFY_EXTENDED_INFORMATION` — a change in a directory with the file's data.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_NOTIFY_EXTENDED_INFORMATION {
    pub NextEntryOffset: ULONG,
    pub Action: ULONG,
    pub CreationTime: LARGE_INTEGER,
    pub LastModificationTime: LARGE_INTEGER,
    pub LastChangeTime: LARGE_INTEGER,
    pub LastAccessTime: LARGE_INTEGER,
    pub AllocatedLength: LARGE_INTEGER,
    pub FileSize: LARGE_INTEGER,
    pub FileAttributes: ULONG,
    pub Anonymous: FILE_NOTIFY_TAG,
    pub FileId: LARGE_INTEGER,
    pub ParentFileId: LARGE_INTEGER,
    pub FileNameLength: ULONG,
    pub FileName: [WCHAR; 1],
}
layout!(FILE_NOTIFY_EXTENDED_INFORMATION: 88, 8 {
    NextEntryOffset: 0..4, Action: 4..8, CreationTime: 8..16, LastModificationTime: 16..24,
    LastChangeTime: 24..32, LastAccessTime: 32..40, AllocatedLength: 40..48, FileSize: 48..56,
    FileAttributes: 56..60, Anonymous: 60..64, FileId: 64..72, ParentFileId: 72..80,
    FileNameLength: 80..84, FileName: 84..86,
});
/// `PFILE_NOTIFY_EXTENDED_INFORMATION` — points to a `FILE_NOTIFY_EXTENDED_INFORMATION`.
pub type PFILE_NOTIFY_EXTENDED_INFORMATION = *mut FILE_NOTIFY_EXTENDED_INFORMATION;

/// `FILE_NOTIFY_FULL_INFORMATION` — a change in a directory with the file's data and the kind of its name.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_NOTIFY_FULL_INFORMATION {
    pub NextEntryOffset: ULONG,
    pub Action: ULONG,
    pub CreationTime: LARGE_INTEGER,
    pub LastModificationTime: LARGE_INTEGER,
    pub LastChangeTime: LARGE_INTEGER,
    pub LastAccessTime: LARGE_INTEGER,
    pub AllocatedLength: LARGE_INTEGER,
    pub FileSize: LARGE_INTEGER,
    pub FileAttributes: ULONG,
    pub Anonymous: FILE_NOTIFY_TAG,
    pub FileId: LARGE_INTEGER,
    pub ParentFileId: LARGE_INTEGER,
    pub FileNameLength: USHORT,
    pub FileNameFlags: UCHAR,
    pub Reserved: UCHAR,
    pub FileName: [WCHAR; 1],
}
layout!(FILE_NOTIFY_FULL_INFORMATION: 88, 8 {
    NextEntryOffset: 0..4, Action: 4..8, CreationTime: 8..16, LastModificationTime: 16..24,
    LastChangeTime: 24..32, LastAccessTime: 32..40, AllocatedLength: 40..48, FileSize: 48..56,
    FileAttributes: 56..60, Anonymous: 60..64, FileId: 64..72, ParentFileId: 72..80,
    FileNameLength: 80..82, FileNameFlags: 82..83, Reserved: 83..84, FileName: 84..86,
});
/// `PFILE_NOTIFY_FULL_INFORMATION` — points to a `FILE_NOTIFY_FULL_INFORMATION`.
pub type PFILE_NOTIFY_FULL_INFORMATION = *mut FILE_NOTIFY_FULL_INFORMATION;
