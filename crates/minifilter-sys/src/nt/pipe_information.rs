//! What pipes and mailslots answer.

use crate::*;

/// `FILE_PIPE_INFORMATION` — the modes of a pipe.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_PIPE_INFORMATION {
    pub ReadMode: ULONG,
    pub CompletionMode: ULONG,
}
layout!(FILE_PIPE_INFORMATION: 8, 4 { ReadMode: 0..4, CompletionMode: 4..8 });
/// `PFILE_PIPE_INFORMATION` — points to a `FILE_PIPE_INFORMATION`.
pub type PFILE_PIPE_INFORMATION = *mut FILE_PIPE_INFORMATION;

/// `FILE_PIPE_LOCAL_INFORMATION` — the state of a pipe's near end.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_PIPE_LOCAL_INFORMATION {
    pub NamedPipeType: ULONG,
    pub NamedPipeConfiguration: ULONG,
    pub MaximumInstances: ULONG,
    pub CurrentInstances: ULONG,
    pub InboundQuota: ULONG,
    pub ReadDataAvailable: ULONG,
    pub OutboundQuota: ULONG,
    pub WriteQuotaAvailable: ULONG,
    pub NamedPipeState: ULONG,
    pub NamedPipeEnd: ULONG,
}
layout!(FILE_PIPE_LOCAL_INFORMATION: 40, 4 {
    NamedPipeType: 0..4, NamedPipeConfiguration: 4..8, MaximumInstances: 8..12,
    CurrentInstances: 12..16, InboundQuota: 16..20, ReadDataAvailable: 20..24,
    OutboundQuota: 24..28, WriteQuotaAvailable: 28..32, NamedPipeState: 32..36,
    NamedPipeEnd: 36..40,
});
/// `PFILE_PIPE_LOCAL_INFORMATION` — points to a `FILE_PIPE_LOCAL_INFORMATION`.
pub type PFILE_PIPE_LOCAL_INFORMATION = *mut FILE_PIPE_LOCAL_INFORMATION;

/// `FILE_PIPE_REMOTE_INFORMATION` — how a pipe collects data to send.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_PIPE_REMOTE_INFORMATION {
    pub CollectDataTime: LARGE_INTEGER,
    pub MaximumCollectionCount: ULONG,
}
layout!(FILE_PIPE_REMOTE_INFORMATION: 16, 8 {
    CollectDataTime: 0..8, MaximumCollectionCount: 8..12,
});
/// `PFILE_PIPE_REMOTE_INFORMATION` — points to a `FILE_PIPE_REMOTE_INFORMATION`.
pub type PFILE_PIPE_REMOTE_INFORMATION = *mut FILE_PIPE_REMOTE_INFORMATION;

/// `FILE_MAILSLOT_QUERY_INFORMATION` — the state of a mailslot.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_MAILSLOT_QUERY_INFORMATION {
    pub MaximumMessageSize: ULONG,
    pub MailslotQuota: ULONG,
    pub NextMessageSize: ULONG,
    pub MessagesAvailable: ULONG,
    pub ReadTimeout: LARGE_INTEGER,
}
layout!(FILE_MAILSLOT_QUERY_INFORMATION: 24, 8 {
    MaximumMessageSize: 0..4, MailslotQuota: 4..8, NextMessageSize: 8..12,
    MessagesAvailable: 12..16, ReadTimeout: 16..24,
});
/// `PFILE_MAILSLOT_QUERY_INFORMATION` — points to a `FILE_MAILSLOT_QUERY_INFORMATION`.
pub type PFILE_MAILSLOT_QUERY_INFORMATION = *mut FILE_MAILSLOT_QUERY_INFORMATION;

/// `FILE_MAILSLOT_SET_INFORMATION` — how long a mailslot's reader waits.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILE_MAILSLOT_SET_INFORMATION {
    pub ReadTimeout: PLARGE_INTEGER,
}
layout!(FILE_MAILSLOT_SET_INFORMATION: 8, 8 { ReadTimeout: 0..8 });
/// `PFILE_MAILSLOT_SET_INFORMATION` — points to a `FILE_MAILSLOT_SET_INFORMATION`.
pub type PFILE_MAILSLOT_SET_INFORMATION = *mut FILE_MAILSLOT_SET_INFORMATION;
