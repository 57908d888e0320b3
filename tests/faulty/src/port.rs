//! A communication port of a faulty driver, with one client at most.
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

use core::ptr::null_mut;

use minifilter_sys::*;

use crate::{Global, filter};

static SERVER: Global<PFLT_PORT> = Global::zeroed();

/// The port of the client that is connected; null while there is none.
pub static CLIENT: Global<PFLT_PORT> = Global::zeroed();

/// One second from now on.
const TIMEOUT: i64 = -10_000_000;

/// `FltCreateCommunicationPort` — opens the port.
///
/// # Safety
/// The filter is registered.
pub unsafe fn open_port(
    disconnect: PFLT_DISCONNECT_NOTIFY,
    message: PFLT_MESSAGE_NOTIFY,
) -> NTSTATUS {
    let mut name = ['\\', 'F', 'l', 't', 'y'].map(|letter| letter as u16);
    let mut name = UNICODE_STRING {
        Length: size_of_val(&name) as USHORT,
        MaximumLength: size_of_val(&name) as USHORT,
        Buffer: name.as_mut_ptr(),
    };
    let mut attributes = OBJECT_ATTRIBUTES {
        Length: size_of::<OBJECT_ATTRIBUTES>() as ULONG,
        RootDirectory: null_mut(),
        ObjectName: &raw mut name,
        Attributes: OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE,
        SecurityDescriptor: null_mut(),
        SecurityQualityOfService: null_mut(),
    };
    let descriptor = &raw mut attributes.SecurityDescriptor;
    let mut status = FltBuildDefaultSecurityDescriptor(descriptor, FLT_PORT_ALL_ACCESS);
    if status >= 0 {
        status = FltCreateCommunicationPort(
            filter(),
            SERVER.at(),
            &raw mut attributes,
            null_mut(),
            Some(connect),
            disconnect,
            message,
            1,
        );
        FltFreeSecurityDescriptor(attributes.SecurityDescriptor);
    }
    status
}

/// `FltCloseCommunicationPort` — closes the port.
///
/// # Safety
/// The port is open.
pub unsafe fn close_port() {
    FltCloseCommunicationPort(*SERVER.at());
}

unsafe extern "C" fn connect(
    port: PFLT_PORT,
    _server_cookie: PVOID,
    _context: PVOID,
    _size: ULONG,
    cookie: *mut PVOID,
) -> NTSTATUS {
    *CLIENT.at() = port;
    *cookie = null_mut();
    STATUS_SUCCESS
}

/// `FltCloseClientPort` — what DisconnectNotify has to do.
///
/// # Safety
/// Called by the filter manager.
pub unsafe extern "C" fn disconnect(_cookie: PVOID) {
    FltCloseClientPort(filter(), CLIENT.at());
}

/// `FltSendMessage` — tells the client of `port` something, and wants no answer.
///
/// # Safety
/// The port is open.
pub unsafe fn tell(port: *mut PFLT_PORT) -> NTSTATUS {
    let mut message = 1_u32;
    let mut timeout = LARGE_INTEGER { QuadPart: TIMEOUT };
    FltSendMessage(
        filter(),
        port,
        (&raw mut message).cast(),
        size_of_val(&message) as ULONG,
        null_mut(),
        null_mut(),
        &raw mut timeout,
    )
}
