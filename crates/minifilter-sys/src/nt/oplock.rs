//! Requests for oplocks.

use crate::*;

/// `REQUEST_OPLOCK_INPUT_BUFFER` — the oplock asked for.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct REQUEST_OPLOCK_INPUT_BUFFER {
    pub StructureVersion: USHORT,
    pub StructureLength: USHORT,
    pub RequestedOplockLevel: ULONG,
    pub Flags: ULONG,
}
layout!(REQUEST_OPLOCK_INPUT_BUFFER: 12, 4 {
    StructureVersion: 0..2, StructureLength: 2..4, RequestedOplockLevel: 4..8, Flags: 8..12,
});
/// `PREQUEST_OPLOCK_INPUT_BUFFER` — points to a `REQUEST_OPLOCK_INPUT_BUFFER`.
pub type PREQUEST_OPLOCK_INPUT_BUFFER = *mut REQUEST_OPLOCK_INPUT_BUFFER;

/// `REQUEST_OPLOCK_OUTPUT_BUFFER` — the oplock that broke.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct REQUEST_OPLOCK_OUTPUT_BUFFER {
    pub StructureVersion: USHORT,
    pub StructureLength: USHORT,
    pub OriginalOplockLevel: ULONG,
    pub NewOplockLevel: ULONG,
    pub Flags: ULONG,
    pub AccessMode: ACCESS_MASK,
    pub ShareMode: USHORT,
}
layout!(REQUEST_OPLOCK_OUTPUT_BUFFER: 24, 4 {
    StructureVersion: 0..2, StructureLength: 2..4, OriginalOplockLevel: 4..8, NewOplockLevel: 8..12,
    Flags: 12..16, AccessMode: 16..20, ShareMode: 20..22,
});
/// `PREQUEST_OPLOCK_OUTPUT_BUFFER` — points to a `REQUEST_OPLOCK_OUTPUT_BUFFER`.
pub type PREQUEST_OPLOCK_OUTPUT_BUFFER = *mut REQUEST_OPLOCK_OUTPUT_BUFFER;
