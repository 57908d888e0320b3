//! Queues of pended operations.

use crate::*;

/// `IO_CSQ` — a cancel-safe queue of requests.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IO_CSQ {
    pub Type: ULONG,
    pub CsqInsertIrp: PVOID,
    pub CsqRemoveIrp: PVOID,
    pub CsqPeekNextIrp: PVOID,
    pub CsqAcquireLock: PVOID,
    pub CsqReleaseLock: PVOID,
    pub CsqCompleteCanceledIrp: PVOID,
    pub ReservePointer: PVOID,
}
layout!(IO_CSQ: 64, 8 {
    Type: 0..4, CsqInsertIrp: 8..16, CsqRemoveIrp: 16..24, CsqPeekNextIrp: 24..32,
    CsqAcquireLock: 32..40, CsqReleaseLock: 40..48, CsqCompleteCanceledIrp: 48..56,
    ReservePointer: 56..64,
});
/// `PIO_CSQ` — points to a `IO_CSQ`.
pub type PIO_CSQ = *mut IO_CSQ;
/// `FLT_CALLBACK_DATA_QUEUE_FLAGS` — flags of a queue.
pub type FLT_CALLBACK_DATA_QUEUE_FLAGS = i32;

/// `FLT_CALLBACK_DATA_QUEUE` — a cancel-safe queue of operations.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_CALLBACK_DATA_QUEUE {
    pub Csq: IO_CSQ,
    pub Flags: FLT_CALLBACK_DATA_QUEUE_FLAGS,
    pub Instance: PFLT_INSTANCE,
    pub InsertIo: PFLT_CALLBACK_DATA_QUEUE_INSERT_IO,
    pub RemoveIo: PFLT_CALLBACK_DATA_QUEUE_REMOVE_IO,
    pub PeekNextIo: PFLT_CALLBACK_DATA_QUEUE_PEEK_NEXT_IO,
    pub Acquire: PFLT_CALLBACK_DATA_QUEUE_ACQUIRE,
    pub Release: PFLT_CALLBACK_DATA_QUEUE_RELEASE,
    pub CompleteCanceledIo: PFLT_CALLBACK_DATA_QUEUE_COMPLETE_CANCELED_IO,
}
layout!(FLT_CALLBACK_DATA_QUEUE: 128, 8 {
    Csq: 0..64, Flags: 64..68, Instance: 72..80, InsertIo: 80..88, RemoveIo: 88..96,
    PeekNextIo: 96..104, Acquire: 104..112, Release: 112..120, CompleteCanceledIo: 120..128,
});
/// `PFLT_CALLBACK_DATA_QUEUE` — points to a `FLT_CALLBACK_DATA_QUEUE`.
pub type PFLT_CALLBACK_DATA_QUEUE = *mut FLT_CALLBACK_DATA_QUEUE;

/// `FLT_CALLBACK_DATA_QUEUE_IO_CONTEXT` — an operation's place in a queue.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FLT_CALLBACK_DATA_QUEUE_IO_CONTEXT {
    pub Type: ULONG,
    pub Irp: PVOID,
    pub Csq: PVOID,
}
layout!(FLT_CALLBACK_DATA_QUEUE_IO_CONTEXT: 24, 8 { Type: 0..4, Irp: 8..16, Csq: 16..24 });
/// `PFLT_CALLBACK_DATA_QUEUE_IO_CONTEXT` — points to a `FLT_CALLBACK_DATA_QUEUE_IO_CONTEXT`.
pub type PFLT_CALLBACK_DATA_QUEUE_IO_CONTEXT = *mut FLT_CALLBACK_DATA_QUEUE_IO_CONTEXT;

/// `PFLT_CALLBACK_DATA_QUEUE_INSERT_IO` — puts an operation into a queue.
pub type PFLT_CALLBACK_DATA_QUEUE_INSERT_IO = Option<
    unsafe extern "C" fn(
        queue: PFLT_CALLBACK_DATA_QUEUE,
        data: PFLT_CALLBACK_DATA,
        insert_context: PVOID,
    ) -> NTSTATUS,
>;

/// `PFLT_CALLBACK_DATA_QUEUE_REMOVE_IO` — takes an operation out of a queue.
pub type PFLT_CALLBACK_DATA_QUEUE_REMOVE_IO =
    Option<unsafe extern "C" fn(queue: PFLT_CALLBACK_DATA_QUEUE, data: PFLT_CALLBACK_DATA)>;

/// `PFLT_CALLBACK_DATA_QUEUE_PEEK_NEXT_IO` — finds the next operation in a queue.
pub type PFLT_CALLBACK_DATA_QUEUE_PEEK_NEXT_IO = Option<
    unsafe extern "C" fn(
        queue: PFLT_CALLBACK_DATA_QUEUE,
        data: PFLT_CALLBACK_DATA,
        peek_context: PVOID,
    ) -> PFLT_CALLBACK_DATA,
>;

/// `PFLT_CALLBACK_DATA_QUEUE_ACQUIRE` — locks a queue.
pub type PFLT_CALLBACK_DATA_QUEUE_ACQUIRE =
    Option<unsafe extern "C" fn(queue: PFLT_CALLBACK_DATA_QUEUE, irql: PKIRQL)>;

/// `PFLT_CALLBACK_DATA_QUEUE_RELEASE` — unlocks a queue.
pub type PFLT_CALLBACK_DATA_QUEUE_RELEASE =
    Option<unsafe extern "C" fn(queue: PFLT_CALLBACK_DATA_QUEUE, irql: KIRQL)>;

/// `PFLT_CALLBACK_DATA_QUEUE_COMPLETE_CANCELED_IO` — completes a cancelled operation.
pub type PFLT_CALLBACK_DATA_QUEUE_COMPLETE_CANCELED_IO =
    Option<unsafe extern "C" fn(queue: PFLT_CALLBACK_DATA_QUEUE, data: PFLT_CALLBACK_DATA)>;
