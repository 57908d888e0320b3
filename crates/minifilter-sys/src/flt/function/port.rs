//! Communication ports.
#![allow(unsafe_code)] // imported functions

use crate::*;

#[cfg_attr(
    windows,
    link(name = "FLTMGR.SYS", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    /// `FltCreateCommunicationPort` — callable at PASSIVE_LEVEL.
    pub fn FltCreateCommunicationPort(
        filter: PFLT_FILTER,
        server_port: *mut PFLT_PORT,
        object_attributes: POBJECT_ATTRIBUTES,
        server_port_cookie: PVOID,
        connect_notify_callback: PFLT_CONNECT_NOTIFY,
        disconnect_notify_callback: PFLT_DISCONNECT_NOTIFY,
        message_notify_callback: PFLT_MESSAGE_NOTIFY,
        max_connections: LONG,
    ) -> NTSTATUS;

    /// `FltCloseCommunicationPort` — callable at PASSIVE_LEVEL.
    pub fn FltCloseCommunicationPort(server_port: PFLT_PORT);

    /// `FltCloseClientPort` — callable at PASSIVE_LEVEL.
    pub fn FltCloseClientPort(filter: PFLT_FILTER, client_port: *mut PFLT_PORT);

    /// `FltSendMessage` — callable at IRQL ≤ APC_LEVEL.
    pub fn FltSendMessage(
        filter: PFLT_FILTER,
        client_port: *mut PFLT_PORT,
        sender_buffer: PVOID,
        sender_buffer_length: ULONG,
        reply_buffer: PVOID,
        reply_length: PULONG,
        timeout: PLARGE_INTEGER,
    ) -> NTSTATUS;
}
