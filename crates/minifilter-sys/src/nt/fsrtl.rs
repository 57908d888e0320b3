//! What file systems keep at the start of a stream's context, locks, oplocks, reparse data.

use crate::*;

/// `FSRTL_COMMON_FCB_HEADER` — what every stream context begins with.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FSRTL_COMMON_FCB_HEADER {
    pub NodeTypeCode: CSHORT,
    pub NodeByteSize: CSHORT,
    pub Flags: UCHAR,
    pub IsFastIoPossible: UCHAR,
    pub Flags2: UCHAR,
    pub BitField1: UCHAR,
    pub Resource: PERESOURCE,
    pub PagingIoResource: PERESOURCE,
    pub AllocationSize: LARGE_INTEGER,
    pub FileSize: LARGE_INTEGER,
    pub ValidDataLength: LARGE_INTEGER,
}
layout!(FSRTL_COMMON_FCB_HEADER: 48, 8 {
    NodeTypeCode: 0..2, NodeByteSize: 2..4, Flags: 4..5, IsFastIoPossible: 5..6, Flags2: 6..7,
    BitField1: 7..8, Resource: 8..16, PagingIoResource: 16..24, AllocationSize: 24..32,
    FileSize: 32..40, ValidDataLength: 40..48,
});
/// `PFSRTL_COMMON_FCB_HEADER` — points to a `FSRTL_COMMON_FCB_HEADER`.
pub type PFSRTL_COMMON_FCB_HEADER = *mut FSRTL_COMMON_FCB_HEADER;

/// `FSRTL_ADVANCED_FCB_HEADER_OPLOCK` — the oplock of a stream.
#[repr(C)]
#[derive(Clone, Copy)]
pub union FSRTL_ADVANCED_FCB_HEADER_OPLOCK {
    pub Oplock: OPLOCK,
    pub ReservedForRemote: PVOID,
}
layout!(FSRTL_ADVANCED_FCB_HEADER_OPLOCK: 8, 8 { Oplock: 0..8, ReservedForRemote: 0..8 });

/// `FSRTL_ADVANCED_FCB_HEADER` — what a stream context that supports filter contexts begins with.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FSRTL_ADVANCED_FCB_HEADER {
    pub NodeTypeCode: CSHORT,
    pub NodeByteSize: CSHORT,
    pub Flags: UCHAR,
    pub IsFastIoPossible: UCHAR,
    pub Flags2: UCHAR,
    pub BitField1: UCHAR,
    pub Resource: PERESOURCE,
    pub PagingIoResource: PERESOURCE,
    pub AllocationSize: LARGE_INTEGER,
    pub FileSize: LARGE_INTEGER,
    pub ValidDataLength: LARGE_INTEGER,
    pub FastMutex: PFAST_MUTEX,
    pub FilterContexts: LIST_ENTRY,
    pub PushLock: EX_PUSH_LOCK,
    pub FileContextSupportPointer: *mut PVOID,
    pub Anonymous: FSRTL_ADVANCED_FCB_HEADER_OPLOCK,
    pub AePushLock: PVOID,
    pub BypassIoOpenCount: ULONG,
}
layout!(FSRTL_ADVANCED_FCB_HEADER: 112, 8 {
    NodeTypeCode: 0..2, NodeByteSize: 2..4, Flags: 4..5, IsFastIoPossible: 5..6, Flags2: 6..7,
    BitField1: 7..8, Resource: 8..16, PagingIoResource: 16..24, AllocationSize: 24..32,
    FileSize: 32..40, ValidDataLength: 40..48, FastMutex: 48..56, FilterContexts: 56..72,
    PushLock: 72..80, FileContextSupportPointer: 80..88, Anonymous: 88..96, AePushLock: 96..104,
    BypassIoOpenCount: 104..108,
});
/// `PFSRTL_ADVANCED_FCB_HEADER` — points to a `FSRTL_ADVANCED_FCB_HEADER`.
pub type PFSRTL_ADVANCED_FCB_HEADER = *mut FSRTL_ADVANCED_FCB_HEADER;
/// `OPLOCK` — an oplock.
pub type OPLOCK = PVOID;
/// `POPLOCK` — a pointer to an oplock.
pub type POPLOCK = *mut OPLOCK;

/// `FSRTL_PER_STREAM_CONTEXT` — a legacy filter's context of a stream.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FSRTL_PER_STREAM_CONTEXT {
    pub Links: LIST_ENTRY,
    pub OwnerId: PVOID,
    pub InstanceId: PVOID,
    pub FreeCallback: PFREE_FUNCTION,
}
layout!(FSRTL_PER_STREAM_CONTEXT: 40, 8 {
    Links: 0..16, OwnerId: 16..24, InstanceId: 24..32, FreeCallback: 32..40,
});
/// `PFSRTL_PER_STREAM_CONTEXT` — points to a `FSRTL_PER_STREAM_CONTEXT`.
pub type PFSRTL_PER_STREAM_CONTEXT = *mut FSRTL_PER_STREAM_CONTEXT;

/// `FSRTL_PER_FILE_CONTEXT` — a legacy filter's context of a file.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FSRTL_PER_FILE_CONTEXT {
    pub Links: LIST_ENTRY,
    pub OwnerId: PVOID,
    pub InstanceId: PVOID,
    pub FreeCallback: PFREE_FUNCTION,
}
layout!(FSRTL_PER_FILE_CONTEXT: 40, 8 {
    Links: 0..16, OwnerId: 16..24, InstanceId: 24..32, FreeCallback: 32..40,
});
/// `PFSRTL_PER_FILE_CONTEXT` — points to a `FSRTL_PER_FILE_CONTEXT`.
pub type PFSRTL_PER_FILE_CONTEXT = *mut FSRTL_PER_FILE_CONTEXT;

/// `FILE_LOCK_INFO` — one byte range that is locked.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_LOCK_INFO {
    pub StartingByte: LARGE_INTEGER,
    pub Length: LARGE_INTEGER,
    pub ExclusiveLock: BOOLEAN,
    pub Key: ULONG,
    pub FileObject: PFILE_OBJECT,
    pub ProcessId: PVOID,
    pub EndingByte: LARGE_INTEGER,
}
layout!(FILE_LOCK_INFO: 48, 8 {
    StartingByte: 0..8, Length: 8..16, ExclusiveLock: 16..17, Key: 20..24, FileObject: 24..32,
    ProcessId: 32..40, EndingByte: 40..48,
});
/// `PFILE_LOCK_INFO` — points to a `FILE_LOCK_INFO`.
pub type PFILE_LOCK_INFO = *mut FILE_LOCK_INFO;

/// `FILE_LOCK` — the byte ranges of a file that are locked.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_LOCK {
    pub CompleteLockIrpRoutine: PCOMPLETE_LOCK_IRP_ROUTINE,
    pub UnlockRoutine: PUNLOCK_ROUTINE,
    pub FastIoIsQuestionable: BOOLEAN,
    pub SpareC: [BOOLEAN; 3],
    pub LockInformation: PVOID,
    pub LastReturnedLockInfo: FILE_LOCK_INFO,
    pub LastReturnedLock: PVOID,
    pub LockRequestsInProgress: LONG,
}
layout!(FILE_LOCK: 96, 8 {
    CompleteLockIrpRoutine: 0..8, UnlockRoutine: 8..16, FastIoIsQuestionable: 16..17,
    SpareC: 17..20, LockInformation: 24..32, LastReturnedLockInfo: 32..80, LastReturnedLock: 80..88,
    LockRequestsInProgress: 88..92,
});
/// `PFILE_LOCK` — points to a `FILE_LOCK`.
pub type PFILE_LOCK = *mut FILE_LOCK;

/// `PCOMPLETE_LOCK_IRP_ROUTINE` — is told that a lock request is done.
pub type PCOMPLETE_LOCK_IRP_ROUTINE =
    Option<unsafe extern "C" fn(context: PVOID, irp: PIRP) -> NTSTATUS>;

/// `PUNLOCK_ROUTINE` — is told that a range was unlocked.
pub type PUNLOCK_ROUTINE =
    Option<unsafe extern "C" fn(context: PVOID, file_lock_info: PFILE_LOCK_INFO)>;

/// `CC_FILE_SIZES` — the sizes of a cached stream.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct CC_FILE_SIZES {
    pub AllocationSize: LARGE_INTEGER,
    pub FileSize: LARGE_INTEGER,
    pub ValidDataLength: LARGE_INTEGER,
}
layout!(CC_FILE_SIZES: 24, 8 { AllocationSize: 0..8, FileSize: 8..16, ValidDataLength: 16..24 });
/// `PCC_FILE_SIZES` — points to a `CC_FILE_SIZES`.
pub type PCC_FILE_SIZES = *mut CC_FILE_SIZES;

/// `FS_FILTER_SECTION_SYNC_TYPE` — why a section is synchronised.
pub type FS_FILTER_SECTION_SYNC_TYPE = i32;
pub const SyncTypeOther: FS_FILTER_SECTION_SYNC_TYPE = 0;
pub const SyncTypeCreateSection: FS_FILTER_SECTION_SYNC_TYPE = 1;

/// `FS_FILTER_SECTION_SYNC_OUTPUT` — what a section's creation is told.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FS_FILTER_SECTION_SYNC_OUTPUT {
    pub StructureSize: ULONG,
    pub SizeReturned: ULONG,
    pub Flags: ULONG,
    pub DesiredReadAlignment: ULONG,
}
layout!(FS_FILTER_SECTION_SYNC_OUTPUT: 16, 4 {
    StructureSize: 0..4, SizeReturned: 4..8, Flags: 8..12, DesiredReadAlignment: 12..16,
});
/// `PFS_FILTER_SECTION_SYNC_OUTPUT` — points to a `FS_FILTER_SECTION_SYNC_OUTPUT`.
pub type PFS_FILTER_SECTION_SYNC_OUTPUT = *mut FS_FILTER_SECTION_SYNC_OUTPUT;

/// `OPLOCK_KEY_CONTEXT` — the oplock keys of a create.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct OPLOCK_KEY_CONTEXT {
    pub Version: USHORT,
    pub Flags: USHORT,
    pub ParentOplockKey: GUID,
    pub TargetOplockKey: GUID,
    pub Reserved: ULONG,
}
layout!(OPLOCK_KEY_CONTEXT: 40, 4 {
    Version: 0..2, Flags: 2..4, ParentOplockKey: 4..20, TargetOplockKey: 20..36, Reserved: 36..40,
});
/// `POPLOCK_KEY_CONTEXT` — points to a `OPLOCK_KEY_CONTEXT`.
pub type POPLOCK_KEY_CONTEXT = *mut OPLOCK_KEY_CONTEXT;

/// `SYMBOLIC_LINK_REPARSE_BUFFER` — the target of a symbolic link.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SYMBOLIC_LINK_REPARSE_BUFFER {
    pub SubstituteNameOffset: USHORT,
    pub SubstituteNameLength: USHORT,
    pub PrintNameOffset: USHORT,
    pub PrintNameLength: USHORT,
    pub Flags: ULONG,
    pub PathBuffer: [WCHAR; 1],
}
layout!(SYMBOLIC_LINK_REPARSE_BUFFER: 16, 4 {
    SubstituteNameOffset: 0..2, SubstituteNameLength: 2..4, PrintNameOffset: 4..6,
    PrintNameLength: 6..8, Flags: 8..12, PathBuffer: 12..14,
});

/// `MOUNT_POINT_REPARSE_BUFFER` — the target of a mount point.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct MOUNT_POINT_REPARSE_BUFFER {
    pub SubstituteNameOffset: USHORT,
    pub SubstituteNameLength: USHORT,
    pub PrintNameOffset: USHORT,
    pub PrintNameLength: USHORT,
    pub PathBuffer: [WCHAR; 1],
}
layout!(MOUNT_POINT_REPARSE_BUFFER: 10, 2 {
    SubstituteNameOffset: 0..2, SubstituteNameLength: 2..4, PrintNameOffset: 4..6,
    PrintNameLength: 6..8, PathBuffer: 8..10,
});

/// `GENERIC_REPARSE_BUFFER` — reparse data of another kind.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct GENERIC_REPARSE_BUFFER {
    pub DataBuffer: [UCHAR; 1],
}
layout!(GENERIC_REPARSE_BUFFER: 1, 1 { DataBuffer: 0..1 });

/// `REPARSE_DATA_BUFFER_KIND` — reparse data by kind.
#[repr(C)]
#[derive(Clone, Copy)]
pub union REPARSE_DATA_BUFFER_KIND {
    pub SymbolicLinkReparseBuffer: SYMBOLIC_LINK_REPARSE_BUFFER,
    pub MountPointReparseBuffer: MOUNT_POINT_REPARSE_BUFFER,
    pub GenericReparseBuffer: GENERIC_REPARSE_BUFFER,
}
layout!(REPARSE_DATA_BUFFER_KIND: 16, 4 {
    SymbolicLinkReparseBuffer: 0..16, MountPointReparseBuffer: 0..10, GenericReparseBuffer: 0..1,
});

/// `REPARSE_DATA_BUFFER` — reparse data with a tag of Microsoft's.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct REPARSE_DATA_BUFFER {
    pub ReparseTag: ULONG,
    pub ReparseDataLength: USHORT,
    pub Reserved: USHORT,
    pub Anonymous: REPARSE_DATA_BUFFER_KIND,
}
layout!(REPARSE_DATA_BUFFER: 24, 4 {
    ReparseTag: 0..4, ReparseDataLength: 4..6, Reserved: 6..8, Anonymous: 8..24,
});
/// `PREPARSE_DATA_BUFFER` — points to a `REPARSE_DATA_BUFFER`.
pub type PREPARSE_DATA_BUFFER = *mut REPARSE_DATA_BUFFER;

/// `REPARSE_GUID_DATA_BUFFER` — reparse data with a tag of somebody else's.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct REPARSE_GUID_DATA_BUFFER {
    pub ReparseTag: ULONG,
    pub ReparseDataLength: USHORT,
    pub Reserved: USHORT,
    pub ReparseGuid: GUID,
    pub GenericReparseBuffer: GENERIC_REPARSE_BUFFER,
}
layout!(REPARSE_GUID_DATA_BUFFER: 28, 4 {
    ReparseTag: 0..4, ReparseDataLength: 4..6, Reserved: 6..8, ReparseGuid: 8..24,
    GenericReparseBuffer: 24..25,
});
/// `PREPARSE_GUID_DATA_BUFFER` — points to a `REPARSE_GUID_DATA_BUFFER`.
pub type PREPARSE_GUID_DATA_BUFFER = *mut REPARSE_GUID_DATA_BUFFER;

/// `OPEN_REPARSE_LIST` — reparse points a create opens instead of following.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct OPEN_REPARSE_LIST {
    pub OpenReparseList: LIST_ENTRY,
}
layout!(OPEN_REPARSE_LIST: 16, 8 { OpenReparseList: 0..16 });
/// `POPEN_REPARSE_LIST` — points to a `OPEN_REPARSE_LIST`.
pub type POPEN_REPARSE_LIST = *mut OPEN_REPARSE_LIST;

/// `OPEN_REPARSE_LIST_ENTRY` — one such reparse point.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct OPEN_REPARSE_LIST_ENTRY {
    pub OpenReparseListEntry: LIST_ENTRY,
    pub ReparseTag: ULONG,
    pub Flags: ULONG,
    pub ReparseGuid: GUID,
    pub Size: USHORT,
    pub RemainingLength: USHORT,
}
layout!(OPEN_REPARSE_LIST_ENTRY: 48, 8 {
    OpenReparseListEntry: 0..16, ReparseTag: 16..20, Flags: 20..24, ReparseGuid: 24..40,
    Size: 40..42, RemainingLength: 42..44,
});
/// `POPEN_REPARSE_LIST_ENTRY` — points to a `OPEN_REPARSE_LIST_ENTRY`.
pub type POPEN_REPARSE_LIST_ENTRY = *mut OPEN_REPARSE_LIST_ENTRY;

/// `PFSRTL_EXTRA_CREATE_PARAMETER_CLEANUP_CALLBACK` — frees what an extra create parameter holds.
pub type PFSRTL_EXTRA_CREATE_PARAMETER_CLEANUP_CALLBACK =
    Option<unsafe extern "C" fn(ecp_context: PVOID, ecp_type: LPCGUID)>;

/// `FSRTL_COMPARISON_RESULT` — how two names compare.
pub type FSRTL_COMPARISON_RESULT = i32;
pub const EqualTo: FSRTL_COMPARISON_RESULT = 0;
pub const GreaterThan: FSRTL_COMPARISON_RESULT = 1;
pub const LessThan: FSRTL_COMPARISON_RESULT = -1;
