//! The I/O manager's objects.

use crate::*;

/// `IO_STATUS_BLOCK_STATUS` — the status of an operation.
#[repr(C)]
#[derive(Clone, Copy)]
pub union IO_STATUS_BLOCK_STATUS {
    pub Status: NTSTATUS,
    pub Pointer: PVOID,
}
layout!(IO_STATUS_BLOCK_STATUS: 8, 8 { Status: 0..4, Pointer: 0..8 });

/// `IO_STATUS_BLOCK` — the result of an operation.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IO_STATUS_BLOCK {
    pub Anonymous: IO_STATUS_BLOCK_STATUS,
    pub Information: ULONG_PTR,
}
layout!(IO_STATUS_BLOCK: 16, 8 { Anonymous: 0..8, Information: 8..16 });
/// `PIO_STATUS_BLOCK` — points to a `IO_STATUS_BLOCK`.
pub type PIO_STATUS_BLOCK = *mut IO_STATUS_BLOCK;

/// `IO_COMPLETION_CONTEXT` — the completion port of a file.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct IO_COMPLETION_CONTEXT {
    pub Port: PVOID,
    pub Key: PVOID,
    pub UsageCount: LONG_PTR,
}
layout!(IO_COMPLETION_CONTEXT: 24, 8 { Port: 0..8, Key: 8..16, UsageCount: 16..24 });
/// `PIO_COMPLETION_CONTEXT` — points to a `IO_COMPLETION_CONTEXT`.
pub type PIO_COMPLETION_CONTEXT = *mut IO_COMPLETION_CONTEXT;
