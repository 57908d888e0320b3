//! Communication with user mode.

use crate::*;

/// `FILTER_MESSAGE_HEADER` — what a message to user mode begins with.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILTER_MESSAGE_HEADER {
    pub ReplyLength: ULONG,
    pub MessageId: ULONGLONG,
}
layout!(FILTER_MESSAGE_HEADER: 16, 8 { ReplyLength: 0..4, MessageId: 8..16 });
/// `PFILTER_MESSAGE_HEADER` — points to a `FILTER_MESSAGE_HEADER`.
pub type PFILTER_MESSAGE_HEADER = *mut FILTER_MESSAGE_HEADER;

/// `FILTER_REPLY_HEADER` — what a reply from user mode begins with.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct FILTER_REPLY_HEADER {
    pub Status: NTSTATUS,
    pub MessageId: ULONGLONG,
}
layout!(FILTER_REPLY_HEADER: 16, 8 { Status: 0..4, MessageId: 8..16 });
/// `PFILTER_REPLY_HEADER` — points to a `FILTER_REPLY_HEADER`.
pub type PFILTER_REPLY_HEADER = *mut FILTER_REPLY_HEADER;

/// `PFLT_CONNECT_NOTIFY` — is told of a client that connects.
pub type PFLT_CONNECT_NOTIFY = Option<
    unsafe extern "C" fn(
        client_port: PFLT_PORT,
        server_port_cookie: PVOID,
        connection_context: PVOID,
        size_of_context: ULONG,
        connection_port_cookie: *mut PVOID,
    ) -> NTSTATUS,
>;

/// `PFLT_DISCONNECT_NOTIFY` — is told of a client that is gone.
pub type PFLT_DISCONNECT_NOTIFY = Option<unsafe extern "C" fn(connection_cookie: PVOID)>;

/// `PFLT_MESSAGE_NOTIFY` — takes a message from a client.
pub type PFLT_MESSAGE_NOTIFY = Option<
    unsafe extern "C" fn(
        port_cookie: PVOID,
        input_buffer: PVOID,
        input_buffer_length: ULONG,
        output_buffer: PVOID,
        output_buffer_length: ULONG,
        return_output_buffer_length: PULONG,
    ) -> NTSTATUS,
>;
