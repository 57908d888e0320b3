//! Open files and what a create carries.

use crate::*;

/// `SECTION_OBJECT_POINTERS` — the sections of a stream.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SECTION_OBJECT_POINTERS {
    pub DataSectionObject: PVOID,
    pub SharedCacheMap: PVOID,
    pub ImageSectionObject: PVOID,
}
layout!(SECTION_OBJECT_POINTERS: 24, 8 {
    DataSectionObject: 0..8, SharedCacheMap: 8..16, ImageSectionObject: 16..24,
});
/// `PSECTION_OBJECT_POINTERS` — points to a `SECTION_OBJECT_POINTERS`.
pub type PSECTION_OBJECT_POINTERS = *mut SECTION_OBJECT_POINTERS;

/// `FILE_OBJECT` — an open file.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_OBJECT {
    pub Type: CSHORT,
    pub Size: CSHORT,
    pub DeviceObject: PDEVICE_OBJECT,
    pub Vpb: PVPB,
    pub FsContext: PVOID,
    pub FsContext2: PVOID,
    pub SectionObjectPointer: PSECTION_OBJECT_POINTERS,
    pub PrivateCacheMap: PVOID,
    pub FinalStatus: NTSTATUS,
    pub RelatedFileObject: PFILE_OBJECT,
    pub LockOperation: BOOLEAN,
    pub DeletePending: BOOLEAN,
    pub ReadAccess: BOOLEAN,
    pub WriteAccess: BOOLEAN,
    pub DeleteAccess: BOOLEAN,
    pub SharedRead: BOOLEAN,
    pub SharedWrite: BOOLEAN,
    pub SharedDelete: BOOLEAN,
    pub Flags: ULONG,
    pub FileName: UNICODE_STRING,
    pub CurrentByteOffset: LARGE_INTEGER,
    pub Waiters: ULONG,
    pub Busy: ULONG,
    pub LastLock: PVOID,
    pub Lock: KEVENT,
    pub Event: KEVENT,
    pub CompletionContext: PIO_COMPLETION_CONTEXT,
    pub IrpListLock: KSPIN_LOCK,
    pub IrpList: LIST_ENTRY,
    pub FileObjectExtension: PVOID,
}
layout!(FILE_OBJECT: 216, 8 {
    Type: 0..2, Size: 2..4, DeviceObject: 8..16, Vpb: 16..24, FsContext: 24..32, FsContext2: 32..40,
    SectionObjectPointer: 40..48, PrivateCacheMap: 48..56, FinalStatus: 56..60,
    RelatedFileObject: 64..72, LockOperation: 72..73, DeletePending: 73..74, ReadAccess: 74..75,
    WriteAccess: 75..76, DeleteAccess: 76..77, SharedRead: 77..78, SharedWrite: 78..79,
    SharedDelete: 79..80, Flags: 80..84, FileName: 88..104, CurrentByteOffset: 104..112,
    Waiters: 112..116, Busy: 116..120, LastLock: 120..128, Lock: 128..152, Event: 152..176,
    CompletionContext: 176..184, IrpListLock: 184..192, IrpList: 192..208,
    FileObjectExtension: 208..216,
});
/// `PFILE_OBJECT` — points to a `FILE_OBJECT`.
pub type PFILE_OBJECT = *mut FILE_OBJECT;

/// `TXN_PARAMETER_BLOCK` — the transaction of a create.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct TXN_PARAMETER_BLOCK {
    pub Length: USHORT,
    pub TxFsContext: USHORT,
    pub TransactionObject: PVOID,
}
layout!(TXN_PARAMETER_BLOCK: 16, 8 { Length: 0..2, TxFsContext: 2..4, TransactionObject: 8..16 });
/// `PTXN_PARAMETER_BLOCK` — points to a `TXN_PARAMETER_BLOCK`.
pub type PTXN_PARAMETER_BLOCK = *mut TXN_PARAMETER_BLOCK;

/// `IO_DRIVER_CREATE_CONTEXT` — what a driver adds to a create.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IO_DRIVER_CREATE_CONTEXT {
    pub Size: CSHORT,
    pub ExtraCreateParameter: PECP_LIST,
    pub DeviceObjectHint: PVOID,
    pub TxnParameters: PTXN_PARAMETER_BLOCK,
    pub SiloContext: PVOID,
}
layout!(IO_DRIVER_CREATE_CONTEXT: 40, 8 {
    Size: 0..2, ExtraCreateParameter: 8..16, DeviceObjectHint: 16..24, TxnParameters: 24..32,
    SiloContext: 32..40,
});
/// `PIO_DRIVER_CREATE_CONTEXT` — points to a `IO_DRIVER_CREATE_CONTEXT`.
pub type PIO_DRIVER_CREATE_CONTEXT = *mut IO_DRIVER_CREATE_CONTEXT;

/// `IO_PRIORITY_INFO` — the priorities of an operation.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IO_PRIORITY_INFO {
    pub Size: ULONG,
    pub ThreadPriority: ULONG,
    pub PagePriority: ULONG,
    pub IoPriority: IO_PRIORITY_HINT,
}
layout!(IO_PRIORITY_INFO: 16, 4 {
    Size: 0..4, ThreadPriority: 4..8, PagePriority: 8..12, IoPriority: 12..16,
});
/// `PIO_PRIORITY_INFO` — points to a `IO_PRIORITY_INFO`.
pub type PIO_PRIORITY_INFO = *mut IO_PRIORITY_INFO;

/// `IO_PRIORITY_HINT` — how urgent an operation is.
pub type IO_PRIORITY_HINT = i32;
pub const IoPriorityVeryLow: IO_PRIORITY_HINT = 0;
pub const IoPriorityLow: IO_PRIORITY_HINT = 1;
pub const IoPriorityNormal: IO_PRIORITY_HINT = 2;
pub const IoPriorityHigh: IO_PRIORITY_HINT = 3;
pub const IoPriorityCritical: IO_PRIORITY_HINT = 4;
pub const MaxIoPriorityTypes: IO_PRIORITY_HINT = 5;

/// `SHARE_ACCESS` — how the openers of a file share it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SHARE_ACCESS {
    pub OpenCount: ULONG,
    pub Readers: ULONG,
    pub Writers: ULONG,
    pub Deleters: ULONG,
    pub SharedRead: ULONG,
    pub SharedWrite: ULONG,
    pub SharedDelete: ULONG,
}
layout!(SHARE_ACCESS: 28, 4 {
    OpenCount: 0..4, Readers: 4..8, Writers: 8..12, Deleters: 12..16, SharedRead: 16..20,
    SharedWrite: 20..24, SharedDelete: 24..28,
});
/// `PSHARE_ACCESS` — points to a `SHARE_ACCESS`.
pub type PSHARE_ACCESS = *mut SHARE_ACCESS;

/// `LINK_SHARE_ACCESS` — how the openers of a link share it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct LINK_SHARE_ACCESS {
    pub OpenCount: ULONG,
    pub Deleters: ULONG,
    pub SharedDelete: ULONG,
}
layout!(LINK_SHARE_ACCESS: 12, 4 { OpenCount: 0..4, Deleters: 4..8, SharedDelete: 8..12 });
/// `PLINK_SHARE_ACCESS` — points to a `LINK_SHARE_ACCESS`.
pub type PLINK_SHARE_ACCESS = *mut LINK_SHARE_ACCESS;

/// `NAMED_PIPE_CREATE_PARAMETERS` — the pipe a create makes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct NAMED_PIPE_CREATE_PARAMETERS {
    pub NamedPipeType: ULONG,
    pub ReadMode: ULONG,
    pub CompletionMode: ULONG,
    pub MaximumInstances: ULONG,
    pub InboundQuota: ULONG,
    pub OutboundQuota: ULONG,
    pub DefaultTimeout: LARGE_INTEGER,
    pub TimeoutSpecified: BOOLEAN,
}
layout!(NAMED_PIPE_CREATE_PARAMETERS: 40, 8 {
    NamedPipeType: 0..4, ReadMode: 4..8, CompletionMode: 8..12, MaximumInstances: 12..16,
    InboundQuota: 16..20, OutboundQuota: 20..24, DefaultTimeout: 24..32, TimeoutSpecified: 32..33,
});
/// `PNAMED_PIPE_CREATE_PARAMETERS` — points to a `NAMED_PIPE_CREATE_PARAMETERS`.
pub type PNAMED_PIPE_CREATE_PARAMETERS = *mut NAMED_PIPE_CREATE_PARAMETERS;

/// `MAILSLOT_CREATE_PARAMETERS` — the mailslot a create makes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct MAILSLOT_CREATE_PARAMETERS {
    pub MailslotQuota: ULONG,
    pub MaximumMessageSize: ULONG,
    pub ReadTimeout: LARGE_INTEGER,
    pub TimeoutSpecified: BOOLEAN,
}
layout!(MAILSLOT_CREATE_PARAMETERS: 24, 8 {
    MailslotQuota: 0..4, MaximumMessageSize: 4..8, ReadTimeout: 8..16, TimeoutSpecified: 16..17,
});
/// `PMAILSLOT_CREATE_PARAMETERS` — points to a `MAILSLOT_CREATE_PARAMETERS`.
pub type PMAILSLOT_CREATE_PARAMETERS = *mut MAILSLOT_CREATE_PARAMETERS;

/// `COPY_INFORMATION` — where copied data comes from.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct COPY_INFORMATION {
    pub SourceFileObject: PFILE_OBJECT,
    pub SourceFileOffset: LONGLONG,
}
layout!(COPY_INFORMATION: 16, 8 { SourceFileObject: 0..8, SourceFileOffset: 8..16 });
/// `PCOPY_INFORMATION` — points to a `COPY_INFORMATION`.
pub type PCOPY_INFORMATION = *mut COPY_INFORMATION;
