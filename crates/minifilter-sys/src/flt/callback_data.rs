//! One operation as it passes a minifilter.

use crate::*;

/// `FLT_IO_PARAMETER_BLOCK` — what a minifilter may change about an operation.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_IO_PARAMETER_BLOCK {
    pub IrpFlags: ULONG,
    pub MajorFunction: UCHAR,
    pub MinorFunction: UCHAR,
    pub OperationFlags: UCHAR,
    pub Reserved: UCHAR,
    pub TargetFileObject: PFILE_OBJECT,
    pub TargetInstance: PFLT_INSTANCE,
    pub Parameters: FLT_PARAMETERS,
}
layout!(FLT_IO_PARAMETER_BLOCK: 72, 8 {
    IrpFlags: 0..4, MajorFunction: 4..5, MinorFunction: 5..6, OperationFlags: 6..7, Reserved: 7..8,
    TargetFileObject: 8..16, TargetInstance: 16..24, Parameters: 24..72,
});
/// `PFLT_IO_PARAMETER_BLOCK` — points to a `FLT_IO_PARAMETER_BLOCK`.
pub type PFLT_IO_PARAMETER_BLOCK = *mut FLT_IO_PARAMETER_BLOCK;

/// `FLT_CALLBACK_DATA_QUEUE_WORDS` — room for a queue's links.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_CALLBACK_DATA_QUEUE_WORDS {
    pub QueueLinks: LIST_ENTRY,
    pub QueueContext: [PVOID; 2],
}
layout!(FLT_CALLBACK_DATA_QUEUE_WORDS: 32, 8 { QueueLinks: 0..16, QueueContext: 16..32 });

/// `FLT_CALLBACK_DATA_WORDS` — words of the minifilter that holds the operation.
#[repr(C)]
#[derive(Clone, Copy)]
pub union FLT_CALLBACK_DATA_WORDS {
    pub Anonymous: FLT_CALLBACK_DATA_QUEUE_WORDS,
    pub FilterContext: [PVOID; 4],
}
layout!(FLT_CALLBACK_DATA_WORDS: 32, 8 { Anonymous: 0..32, FilterContext: 0..32 });

/// `FLT_CALLBACK_DATA` — one operation as it passes a minifilter.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_CALLBACK_DATA {
    pub Flags: FLT_CALLBACK_DATA_FLAGS,
    pub Thread: PETHREAD,
    pub Iopb: PFLT_IO_PARAMETER_BLOCK,
    pub IoStatus: IO_STATUS_BLOCK,
    pub TagData: PFLT_TAG_DATA_BUFFER,
    pub Anonymous: FLT_CALLBACK_DATA_WORDS,
    pub RequestorMode: KPROCESSOR_MODE,
}
layout!(FLT_CALLBACK_DATA: 88, 8 {
    Flags: 0..4, Thread: 8..16, Iopb: 16..24, IoStatus: 24..40, TagData: 40..48, Anonymous: 48..80,
    RequestorMode: 80..81,
});
/// `PFLT_CALLBACK_DATA` — points to a `FLT_CALLBACK_DATA`.
pub type PFLT_CALLBACK_DATA = *mut FLT_CALLBACK_DATA;
/// `PCFLT_CALLBACK_DATA` — an operation that stays as it is.
pub type PCFLT_CALLBACK_DATA = *const FLT_CALLBACK_DATA;
/// `FLT_CALLBACK_DATA_FLAGS` — `FLTFL_CALLBACK_DATA_*`.
pub type FLT_CALLBACK_DATA_FLAGS = ULONG;
/// `FLT_ALLOCATE_CALLBACK_DATA_FLAGS` — how callback data is allocated.
pub type FLT_ALLOCATE_CALLBACK_DATA_FLAGS = ULONG;
/// `FLT_IO_OPERATION_FLAGS` — `FLTFL_IO_OPERATION_*`.
pub type FLT_IO_OPERATION_FLAGS = ULONG;

/// `FLT_RELATED_OBJECTS` — the objects an operation concerns.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_RELATED_OBJECTS {
    pub Size: USHORT,
    pub TransactionContext: USHORT,
    pub Filter: PFLT_FILTER,
    pub Volume: PFLT_VOLUME,
    pub Instance: PFLT_INSTANCE,
    pub FileObject: PFILE_OBJECT,
    pub Transaction: PKTRANSACTION,
}
layout!(FLT_RELATED_OBJECTS: 48, 8 {
    Size: 0..2, TransactionContext: 2..4, Filter: 8..16, Volume: 16..24, Instance: 24..32,
    FileObject: 32..40, Transaction: 40..48,
});
/// `PFLT_RELATED_OBJECTS` — points to a `FLT_RELATED_OBJECTS`.
pub type PFLT_RELATED_OBJECTS = *mut FLT_RELATED_OBJECTS;
/// `PCFLT_RELATED_OBJECTS` — the objects an operation concerns, which stay as they are.
pub type PCFLT_RELATED_OBJECTS = *const FLT_RELATED_OBJECTS;

/// `FLT_GENERIC_GUID_REPARSE_BUFFER` — reparse data with a GUID.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_GENERIC_GUID_REPARSE_BUFFER {
    pub TagGuid: GUID,
    pub DataBuffer: [UCHAR; 1],
}
layout!(FLT_GENERIC_GUID_REPARSE_BUFFER: 20, 4 { TagGuid: 0..16, DataBuffer: 16..17 });

/// `FLT_TAG_DATA_KIND` — reparse data by kind.
#[repr(C)]
#[derive(Clone, Copy)]
pub union FLT_TAG_DATA_KIND {
    pub SymbolicLinkReparseBuffer: SYMBOLIC_LINK_REPARSE_BUFFER,
    pub MountPointReparseBuffer: MOUNT_POINT_REPARSE_BUFFER,
    pub GenericReparseBuffer: GENERIC_REPARSE_BUFFER,
    pub GenericGUIDReparseBuffer: FLT_GENERIC_GUID_REPARSE_BUFFER,
}
layout!(FLT_TAG_DATA_KIND: 20, 4 {
    SymbolicLinkReparseBuffer: 0..16, MountPointReparseBuffer: 0..10, GenericReparseBuffer: 0..1,
    GenericGUIDReparseBuffer: 0..20,
});

/// `FLT_TAG_DATA_BUFFER` — the reparse point a create met.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_TAG_DATA_BUFFER {
    pub FileTag: ULONG,
    pub TagDataLength: USHORT,
    pub UnparsedNameLength: USHORT,
    pub Anonymous: FLT_TAG_DATA_KIND,
}
layout!(FLT_TAG_DATA_BUFFER: 28, 4 {
    FileTag: 0..4, TagDataLength: 4..6, UnparsedNameLength: 6..8, Anonymous: 8..28,
});
/// `PFLT_TAG_DATA_BUFFER` — points to a `FLT_TAG_DATA_BUFFER`.
pub type PFLT_TAG_DATA_BUFFER = *mut FLT_TAG_DATA_BUFFER;

/// `FLT_PREOP_CALLBACK_STATUS` — what a pre-operation callback decides.
pub type FLT_PREOP_CALLBACK_STATUS = i32;
pub const FLT_PREOP_SUCCESS_WITH_CALLBACK: FLT_PREOP_CALLBACK_STATUS = 0;
pub const FLT_PREOP_SUCCESS_NO_CALLBACK: FLT_PREOP_CALLBACK_STATUS = 1;
pub const FLT_PREOP_PENDING: FLT_PREOP_CALLBACK_STATUS = 2;
pub const FLT_PREOP_DISALLOW_FASTIO: FLT_PREOP_CALLBACK_STATUS = 3;
pub const FLT_PREOP_COMPLETE: FLT_PREOP_CALLBACK_STATUS = 4;
pub const FLT_PREOP_SYNCHRONIZE: FLT_PREOP_CALLBACK_STATUS = 5;
pub const FLT_PREOP_DISALLOW_FSFILTER_IO: FLT_PREOP_CALLBACK_STATUS = 6;

/// `FLT_POSTOP_CALLBACK_STATUS` — what a post-operation callback decides.
pub type FLT_POSTOP_CALLBACK_STATUS = i32;
pub const FLT_POSTOP_FINISHED_PROCESSING: FLT_POSTOP_CALLBACK_STATUS = 0;
pub const FLT_POSTOP_MORE_PROCESSING_REQUIRED: FLT_POSTOP_CALLBACK_STATUS = 1;
pub const FLT_POSTOP_DISALLOW_FSFILTER_IO: FLT_POSTOP_CALLBACK_STATUS = 2;
/// `FLT_POST_OPERATION_FLAGS` — `FLTFL_POST_OPERATION_*`.
pub type FLT_POST_OPERATION_FLAGS = ULONG;

/// `PFLT_PRE_OPERATION_CALLBACK` — sees an operation on its way down.
pub type PFLT_PRE_OPERATION_CALLBACK = Option<
    unsafe extern "C" fn(
        data: PFLT_CALLBACK_DATA,
        flt_objects: PCFLT_RELATED_OBJECTS,
        completion_context: *mut PVOID,
    ) -> FLT_PREOP_CALLBACK_STATUS,
>;

/// `PFLT_POST_OPERATION_CALLBACK` — sees an operation on its way up.
pub type PFLT_POST_OPERATION_CALLBACK = Option<
    unsafe extern "C" fn(
        data: PFLT_CALLBACK_DATA,
        flt_objects: PCFLT_RELATED_OBJECTS,
        completion_context: PVOID,
        flags: FLT_POST_OPERATION_FLAGS,
    ) -> FLT_POSTOP_CALLBACK_STATUS,
>;

/// `PFLT_COMPLETED_ASYNC_IO_CALLBACK` — is told that I/O the minifilter sent is complete.
pub type PFLT_COMPLETED_ASYNC_IO_CALLBACK =
    Option<unsafe extern "C" fn(callback_data: PFLT_CALLBACK_DATA, context: PFLT_CONTEXT)>;

/// `PFLT_GET_OPERATION_STATUS_CALLBACK` — is told the status of an operation below.
pub type PFLT_GET_OPERATION_STATUS_CALLBACK = Option<
    unsafe extern "C" fn(
        flt_objects: PCFLT_RELATED_OBJECTS,
        iopb_snapshot: PFLT_IO_PARAMETER_BLOCK,
        operation_status: NTSTATUS,
        requester_context: PVOID,
    ),
>;

/// `PFLT_COMPLETE_CANCELED_CALLBACK` — completes an operation that was cancelled.
pub type PFLT_COMPLETE_CANCELED_CALLBACK =
    Option<unsafe extern "C" fn(callback_data: PFLT_CALLBACK_DATA)>;

/// `PFLT_DEFERRED_IO_WORKITEM_ROUTINE` — runs a posted operation.
pub type PFLT_DEFERRED_IO_WORKITEM_ROUTINE = Option<
    unsafe extern "C" fn(
        flt_work_item: PFLT_DEFERRED_IO_WORKITEM,
        callback_data: PFLT_CALLBACK_DATA,
        context: PVOID,
    ),
>;

/// `PFLT_GENERIC_WORKITEM_ROUTINE` — runs a work item.
pub type PFLT_GENERIC_WORKITEM_ROUTINE = Option<
    unsafe extern "C" fn(flt_work_item: PFLT_GENERIC_WORKITEM, flt_object: PVOID, context: PVOID),
>;

/// `PFLT_COMPLETE_LOCK_CALLBACK_DATA_ROUTINE` — is told that a lock operation is done.
pub type PFLT_COMPLETE_LOCK_CALLBACK_DATA_ROUTINE =
    Option<unsafe extern "C" fn(context: PVOID, callback_data: PFLT_CALLBACK_DATA) -> NTSTATUS>;

/// `PFLTOPLOCK_WAIT_COMPLETE_ROUTINE` — is told that an oplock has broken.
pub type PFLTOPLOCK_WAIT_COMPLETE_ROUTINE =
    Option<unsafe extern "C" fn(callback_data: PFLT_CALLBACK_DATA, context: PVOID)>;

/// `PFLTOPLOCK_PREPOST_CALLBACKDATA_ROUTINE` — is told that an operation will wait for an oplock.
pub type PFLTOPLOCK_PREPOST_CALLBACKDATA_ROUTINE =
    Option<unsafe extern "C" fn(callback_data: PFLT_CALLBACK_DATA, context: PVOID)>;
