//! FltCreateCommunicationPort, FltSendMessage and their like.
#![allow(unsafe_code)] // exported functions believe the driver's pointers, so they are unsafe to call

use std::ptr::null_mut;

use minifilter_sys::{
    NTSTATUS, OBJ_CASE_INSENSITIVE, OBJ_KERNEL_HANDLE, OBJECT_ATTRIBUTES, PFLT_FILTER, PFLT_PORT,
    STATUS_FLT_DELETING_OBJECT, STATUS_INVALID_PARAMETER, STATUS_OBJECT_NAME_INVALID,
    STATUS_OBJECT_PATH_SYNTAX_BAD, STATUS_SUCCESS, UNICODE_STRING,
};

use super::flt_argument::{In, Out};
use crate::export;
use crate::exports::gate::Call;
use crate::model::callback::{ConnectNotify, DisconnectNotify, MessageNotify};
use crate::model::port::{self, Callbacks, Opening, Outgoing, security};
use crate::model::{flt_object, unicode};

/// The name in the attributes of a port.
fn name_of(attributes: &OBJECT_ATTRIBUTES) -> Result<String, NTSTATUS> {
    let units = {
        let name: *const UNICODE_STRING = attributes.ObjectName;
        // SAFETY: the driver passes attributes whose name, if there is one, is a UNICODE_STRING.
        unsafe { unicode::units(name) }
    };
    let name = String::from_utf16_lossy(units);
    match name.strip_prefix('\\') {
        None if name.is_empty() => Err(STATUS_OBJECT_NAME_INVALID),
        // The object manager wants a whole path where there is no root directory.
        None => Err(STATUS_OBJECT_PATH_SYNTAX_BAD),
        Some("") => Err(STATUS_OBJECT_NAME_INVALID),
        Some(_) => Ok(name),
    }
}

fn opening(
    attributes: In<OBJECT_ATTRIBUTES>,
    cookie: usize,
    callbacks: (
        Option<ConnectNotify>,
        Option<DisconnectNotify>,
        Option<MessageNotify>,
    ),
    limit: i32,
) -> Result<Opening, NTSTATUS> {
    let attributes = attributes.get().ok_or(STATUS_INVALID_PARAMETER)?;
    let (Some(connect), Some(disconnect), message) = callbacks else {
        return Err(STATUS_INVALID_PARAMETER);
    };
    let limit = u32::try_from(limit).map_err(|_| STATUS_INVALID_PARAMETER)?;
    // A missing descriptor is no error: the object manager takes the one of the creating thread's token.
    let bad = attributes.Attributes & OBJ_KERNEL_HANDLE == 0
        || attributes.Length as usize != size_of::<OBJECT_ATTRIBUTES>()
        || limit == 0;
    if bad {
        return Err(STATUS_INVALID_PARAMETER);
    }
    Ok(Opening {
        name: name_of(&attributes)?,
        ignore_case: attributes.Attributes & OBJ_CASE_INSENSITIVE != 0,
        cookie,
        callbacks: Callbacks {
            connect,
            disconnect,
            message,
        },
        limit,
    })
}

/// A copy of the message; none for a missing one.
///
/// # Safety
/// `buffer` is null or has `length` bytes.
unsafe fn message(buffer: *const u8, length: u32) -> Option<Vec<u8>> {
    if buffer.is_null() {
        return None;
    }
    // SAFETY: not null, and the contract.
    Some(unsafe { std::slice::from_raw_parts(buffer, length as usize) }.to_vec())
}

export! { Dll::FltMgr;
    /// `FltBuildDefaultSecurityDescriptor` — a descriptor for a port.
    fn FltBuildDefaultSecurityDescriptor(out: Out<usize>, access: u32) -> NTSTATUS {
        let built = security::build(access, Call::current().caller);
        out.give(built.unwrap_or(0));
        built.err().unwrap_or(STATUS_SUCCESS)
    }
    /// `FltFreeSecurityDescriptor` — frees it.
    fn FltFreeSecurityDescriptor(descriptor: usize) {
        security::free(descriptor);
    }
    /// `FltCreateCommunicationPort` — opens a port under a name.
    fn FltCreateCommunicationPort(
        filter: PFLT_FILTER, out: Out<PFLT_PORT>, attributes: In<OBJECT_ATTRIBUTES>, cookie: usize,
        connect: Option<ConnectNotify>, disconnect: Option<DisconnectNotify>, message: Option<MessageNotify>, limit: i32,
    ) -> NTSTATUS {
        out.give(null_mut());
        let created = opening(attributes, cookie, (connect, disconnect, message), limit).and_then(|opening| {
            let filter = flt_object::filter(filter).ok_or(STATUS_FLT_DELETING_OBJECT)?;
            port::create(&filter, opening)
        });
        out.give(created.unwrap_or(null_mut()));
        created.err().unwrap_or(STATUS_SUCCESS)
    }
    /// `FltCloseCommunicationPort` — takes no more connections.
    fn FltCloseCommunicationPort(port: PFLT_PORT) {
        port::close_server(port);
    }
    /// `FltCloseClientPort` — ends a connection and clears the variable that holds it.
    fn FltCloseClientPort(filter: PFLT_FILTER, port: usize) {
        if let Some(filter) = flt_object::filter(filter) {
            port::close_client(&filter, port);
        }
    }
    /// `FltSendMessage` — sends a program a message and waits for its reply.
    fn FltSendMessage(
        filter: PFLT_FILTER, port: usize, sender: *const u8, length: u32,
        reply: *mut u8, reply_length: *mut u32, timeout: In<i64>,
    ) -> NTSTATUS {
        let Some(filter) = flt_object::filter(filter) else { return STATUS_FLT_DELETING_OBJECT };
        // SAFETY: the driver passes a buffer of this length.
        let bytes = unsafe { message(sender, length) };
        let no_length = !reply.is_null() && reply_length.is_null();
        let (Some(bytes), false, false) = (bytes, no_length, port == 0) else { return STATUS_INVALID_PARAMETER };
        // SAFETY: beside a reply buffer there is its length, which was just looked at.
        let reply_room = (!reply.is_null()).then(|| unsafe { reply_length.read_unaligned() });
        let (status, got) = port::send(&filter, port, Outgoing { bytes, reply_room, timeout: timeout.get() });
        if let Some(got) = got {
            // SAFETY: a reply is only given where there is a reply buffer, and never more of it than that has room for.
            unsafe { std::ptr::copy_nonoverlapping(got.as_ptr(), reply, got.len()) };
            // SAFETY: beside a reply buffer there is its length.
            unsafe { reply_length.write_unaligned(got.len() as u32) };
        }
        status
    }
}

#[cfg(test)]
mod tests;
