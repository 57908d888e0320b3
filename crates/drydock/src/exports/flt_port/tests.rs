//! A driver with a port, and programs that talk to it.

mod send;
mod unregister;

use std::sync::atomic::{AtomicI32, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use minifilter_sys::{
    FLT_PORT_ALL_ACCESS, STATUS_ACCESS_DENIED, STATUS_ACCESS_VIOLATION, STATUS_BUFFER_OVERFLOW,
    STATUS_BUFFER_TOO_SMALL, STATUS_FLT_NO_WAITER_FOR_REPLY, STATUS_NOT_SUPPORTED,
    STATUS_OBJECT_NAME_COLLISION, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_PORT_DISCONNECTED,
    STATUS_TIMEOUT,
};

use super::*;
use crate::exports::gate::tests::in_call;
use crate::model::flt_fixture::{Fixture, Script};
use crate::model::port::Connection;
use crate::model::port::connection::STATUS_CONNECTION_COUNT_LIMIT;
use crate::model::user_memory::{Range, UserMemory};
use crate::verify::tests::violations_of;

/// What the driver keeps in its globals.
static FILTER: AtomicUsize = AtomicUsize::new(0);
static CLIENT: AtomicUsize = AtomicUsize::new(0);
static CONNECT_STATUS: AtomicI32 = AtomicI32::new(0);
static DISCONNECTS: AtomicU32 = AtomicU32::new(0);
static KEEPS_CLIENT: AtomicU32 = AtomicU32::new(0);
static CONTEXT: Mutex<Vec<u8>> = Mutex::new(Vec::new());

const COOKIE: usize = 0x1234;

unsafe extern "win64" fn connect(
    port: PFLT_PORT,
    server_cookie: *mut std::ffi::c_void,
    context: *mut std::ffi::c_void,
    size: u32,
    cookie: *mut *mut std::ffi::c_void,
) -> NTSTATUS {
    assert_eq!(server_cookie as usize, COOKIE);
    // SAFETY: the filter manager gives the context with its size.
    let bytes = unsafe { message(context.cast(), size) };
    *CONTEXT.lock().unwrap_or_else(PoisonError::into_inner) = bytes.unwrap_or_default();
    let status = CONNECT_STATUS.load(Ordering::SeqCst);
    if status >= 0 {
        CLIENT.store(port as usize, Ordering::SeqCst);
    }
    // SAFETY: the filter manager gives a place for the cookie.
    unsafe { cookie.write(0x77 as *mut _) };
    status
}

unsafe extern "win64" fn disconnect(cookie: *mut std::ffi::c_void) {
    assert_eq!(cookie as usize, 0x77);
    DISCONNECTS.fetch_add(1, Ordering::SeqCst);
    if KEEPS_CLIENT.load(Ordering::SeqCst) == 0 {
        close_client();
    }
}

/// Answers with the bytes it was sent, each one more.
unsafe extern "win64" fn notify(
    cookie: *mut std::ffi::c_void,
    input: *mut std::ffi::c_void,
    input_length: u32,
    output: *mut std::ffi::c_void,
    output_length: u32,
    returned: *mut u32,
) -> NTSTATUS {
    assert_eq!(cookie as usize, 0x77);
    // SAFETY: the test's client passes good buffers.
    let mut bytes = unsafe { message(input.cast(), input_length) }.unwrap_or_default();
    bytes.iter_mut().for_each(|byte| *byte += 1);
    if bytes.len() > output_length as usize {
        return STATUS_BUFFER_TOO_SMALL;
    }
    // SAFETY: as above, and the length was just looked at.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), output.cast(), bytes.len()) };
    // SAFETY: the filter manager gives a place for the length.
    unsafe { returned.write(bytes.len() as u32) };
    STATUS_SUCCESS
}

fn close_client() {
    let (filter, client) = (FILTER.load(Ordering::SeqCst), &raw const CLIENT as usize);
    // SAFETY: the variable is the driver's own.
    unsafe { FltCloseClientPort(filter as PFLT_FILTER, client) };
}

/// The arguments of FltCreateCommunicationPort that tests change.
struct Attempt {
    name: &'static str,
    attributes: u32,
    limit: i32,
    notify: bool,
}

const GOOD: Attempt = Attempt {
    name: r"\TestPort",
    attributes: OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE,
    limit: 1,
    notify: true,
};

fn create(filter: PFLT_FILTER, attempt: &Attempt) -> Result<PFLT_PORT, NTSTATUS> {
    let mut units: Vec<u16> = attempt.name.encode_utf16().collect();
    let bytes = (units.len() * 2) as u16;
    let mut name = UNICODE_STRING {
        Length: bytes,
        MaximumLength: bytes,
        Buffer: units.as_mut_ptr(),
    };
    let mut descriptor = 0_usize;
    let mut port = std::ptr::dangling_mut();
    // SAFETY: the place for the descriptor is good.
    let built =
        unsafe { FltBuildDefaultSecurityDescriptor(Out::to(&mut descriptor), FLT_PORT_ALL_ACCESS) };
    assert_eq!(built, STATUS_SUCCESS);
    let attributes = OBJECT_ATTRIBUTES {
        Length: size_of::<OBJECT_ATTRIBUTES>() as u32,
        RootDirectory: null_mut(),
        ObjectName: &raw mut name,
        Attributes: attempt.attributes,
        SecurityDescriptor: descriptor as *mut _,
        SecurityQualityOfService: null_mut(),
    };
    let attributes = In::from(&attributes);
    let notify = attempt.notify.then_some(notify as MessageNotify);
    let (connect, disconnect) = (Some(connect as ConnectNotify), Some(disconnect as _));
    // SAFETY: all arguments live through the call.
    let status = unsafe {
        FltCreateCommunicationPort(
            filter,
            Out::to(&mut port),
            attributes,
            COOKIE,
            connect,
            disconnect,
            notify,
            attempt.limit,
        )
    };
    // SAFETY: built above and not used any more.
    unsafe { FltFreeSecurityDescriptor(descriptor) };
    if status < 0 {
        assert!(port.is_null(), "a failed call leaves no port");
        return Err(status);
    }
    Ok(port)
}

/// A filter that a port can be opened for.
struct Driver {
    fixture: Fixture,
    /// The handle of the port; 0 once it is closed.
    server: usize,
}

impl Driver {
    fn new(attempt: &Attempt) -> Self {
        let fixture = Fixture::new(Script::default());
        let filter = fixture.filter.handle();
        FILTER.store(filter as usize, Ordering::SeqCst);
        CLIENT.store(0, Ordering::SeqCst);
        CONNECT_STATUS.store(0, Ordering::SeqCst);
        DISCONNECTS.store(0, Ordering::SeqCst);
        KEEPS_CLIENT.store(0, Ordering::SeqCst);
        let server = create(filter, attempt).expect("the port can be opened");
        Self {
            fixture,
            server: server as usize,
        }
    }

    fn close(&mut self) {
        let server = std::mem::take(&mut self.server);
        // SAFETY: the port is open.
        unsafe { FltCloseCommunicationPort(server as PFLT_PORT) };
    }

    /// FltSendMessage of `bytes`, with room for a reply; gives the status and the reply.
    fn send(
        &self,
        bytes: &[u8],
        room: Option<usize>,
        timeout_ms: Option<i64>,
    ) -> (NTSTATUS, Vec<u8>) {
        let mut reply = vec![0; room.unwrap_or(0)];
        let mut length = reply.len() as u32;
        let (buffer, place) = match room {
            Some(_) => (reply.as_mut_ptr(), &raw mut length),
            None => (null_mut(), null_mut()),
        };
        let units = timeout_ms.map(|ms| ms * -10_000);
        let timeout = units.as_ref().map_or_else(In::none, In::from);
        let (filter, port) = (self.fixture.filter.handle(), &raw const CLIENT as usize);
        // SAFETY: all buffers have the lengths that are given with them.
        let status = unsafe {
            FltSendMessage(
                filter,
                port,
                bytes.as_ptr(),
                bytes.len() as u32,
                buffer,
                place,
                timeout,
            )
        };
        reply.truncate(length as usize);
        (status, reply)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if self.server != 0 {
            self.close();
        }
    }
}

fn connected() -> Connection {
    Connection::open(r"\testport", b"hello").expect("the filter accepts")
}

/// A reply to the message `got`, with `data`.
fn reply(got: &[u8], status: NTSTATUS, data: &[u8]) -> Vec<u8> {
    let mut reply = Vec::new();
    reply.extend(status.to_le_bytes());
    reply.extend([0; 4]);
    reply.extend(&got[8..16]);
    reply.extend(data);
    reply
}

#[test]
fn fltcreatecommunicationport_checks_its_arguments() {
    let driver = Driver::new(&GOOD);
    let filter = driver.fixture.filter.handle();
    let refused = |attempt: Attempt| create(filter, &attempt).expect_err("refused");
    let user_handle = Attempt {
        attributes: OBJ_CASE_INSENSITIVE,
        name: r"\B",
        ..GOOD
    };
    assert_eq!(refused(user_handle), STATUS_INVALID_PARAMETER);
    assert_eq!(
        refused(Attempt {
            limit: 0,
            name: r"\B",
            ..GOOD
        }),
        STATUS_INVALID_PARAMETER
    );
    assert_eq!(
        refused(Attempt {
            name: r"\TESTPORT",
            ..GOOD
        }),
        STATUS_OBJECT_NAME_COLLISION
    );
    assert_eq!(
        refused(Attempt {
            name: "relative",
            ..GOOD
        }),
        STATUS_OBJECT_PATH_SYNTAX_BAD
    );
    assert_eq!(
        refused(Attempt { name: "", ..GOOD }),
        STATUS_OBJECT_NAME_INVALID
    );
    let exact = Attempt {
        name: r"\TESTPORT",
        attributes: OBJ_KERNEL_HANDLE,
        ..GOOD
    };
    let other = create(filter, &exact).expect("another name when case counts");
    // SAFETY: the port was just opened.
    unsafe { FltCloseCommunicationPort(other) };
}

#[test]
fn fltcreatecommunicationport_refuses_a_filter_that_goes() {
    let driver = Driver::new(&GOOD);
    let filter = std::sync::Arc::clone(&driver.fixture.filter);
    drop(driver);
    violations_of("FltCreateCommunicationPort", move || {
        let created = create(filter.handle(), &GOOD);
        assert_eq!(created, Err(STATUS_FLT_DELETING_OBJECT));
    });
}

#[test]
fn connectnotify_gets_the_context_and_its_cookie_comes_back() {
    let _driver = Driver::new(&GOOD);
    let connection = connected();
    assert_eq!(
        *CONTEXT.lock().unwrap_or_else(PoisonError::into_inner),
        b"hello"
    );
    let (input, output) = (UserMemory::new(&[1, 2, 3], 3), UserMemory::new(&[], 8));
    let (input, output) = (input.expect("memory"), output.expect("memory"));
    assert_eq!(connection.send(input.range(), output.range()), Ok(3));
    assert_eq!(output.bytes(3), [2, 3, 4]);
    drop(connection);
    assert_eq!(DISCONNECTS.load(Ordering::SeqCst), 1);
    assert_eq!(
        CLIENT.load(Ordering::SeqCst),
        0,
        "FltCloseClientPort clears the variable"
    );
}

#[test]
fn a_refused_connection_has_the_filter_s_status_and_no_disconnect() {
    let _driver = Driver::new(&GOOD);
    CONNECT_STATUS.store(STATUS_ACCESS_DENIED, Ordering::SeqCst);
    assert_eq!(
        Connection::open(r"\TestPort", &[]).err(),
        Some(STATUS_ACCESS_DENIED)
    );
    CONNECT_STATUS.store(0, Ordering::SeqCst);
    drop(connected());
    assert_eq!(DISCONNECTS.load(Ordering::SeqCst), 1);
}

#[test]
fn a_full_port_refuses_the_next_client() {
    let _driver = Driver::new(&GOOD);
    let first = connected();
    let second = Connection::open(r"\TestPort", &[]);
    assert_eq!(second.err(), Some(STATUS_CONNECTION_COUNT_LIMIT));
    drop(first);
    drop(connected());
}

#[test]
fn fltclosecommunicationport_leaves_connections_and_takes_no_more() {
    let mut driver = Driver::new(&Attempt { limit: 5, ..GOOD });
    let connection = connected();
    driver.close();
    assert_eq!(
        Connection::open(r"\TestPort", &[]).err(),
        Some(STATUS_OBJECT_NAME_NOT_FOUND)
    );
    assert_eq!(connection.send(Range::default(), Range::default()), Ok(0));
}

#[test]
fn bad_buffers_of_a_program_end_before_the_driver_sees_them() {
    let _driver = Driver::new(&GOOD);
    let connection = connected();
    let system = Range {
        address: 0xFFFF_8000_0000_0000,
        length: 8,
    };
    assert_eq!(
        connection.send(system, Range::default()),
        Err(STATUS_ACCESS_VIOLATION)
    );
    assert_eq!(
        connection.send(Range::default(), system),
        Err(STATUS_ACCESS_VIOLATION)
    );
}

#[test]
fn a_port_without_a_messagenotify_takes_no_messages() {
    let _driver = Driver::new(&Attempt {
        notify: false,
        ..GOOD
    });
    let connection = connected();
    assert_eq!(
        connection.send(Range::default(), Range::default()),
        Err(STATUS_NOT_SUPPORTED)
    );
}

#[test]
fn fltcloseclientport_ends_a_connection_that_is_still_there() {
    let _driver = Driver::new(&GOOD);
    let connection = connected();
    close_client();
    close_client();
    assert_eq!(connection.get(100, None), Err(STATUS_PORT_DISCONNECTED));
    let sent = connection.send(Range::default(), Range::default());
    assert_eq!(sent, Err(STATUS_PORT_DISCONNECTED));
}

#[test]
fn a_copy_of_a_closed_client_port_is_reported() {
    let driver = Driver::new(&GOOD);
    let connection = connected();
    let stale = CLIENT.load(Ordering::SeqCst);
    drop(connection);
    let found = violations_of("FltSendMessage", || {
        CLIENT.store(stale, Ordering::SeqCst);
        assert_eq!(driver.send(b"x", None, Some(1)).0, STATUS_PORT_DISCONNECTED);
        CLIENT.store(0, Ordering::SeqCst);
    });
    assert_eq!(
        found,
        ["object of the filter manager used that is gone or never was"]
    );
}

#[test]
fn a_port_closed_twice_is_reported() {
    let mut driver = Driver::new(&GOOD);
    let server = driver.server;
    driver.close();
    let found = violations_of("FltCloseCommunicationPort", || {
        // SAFETY: the handle is only looked up.
        unsafe { FltCloseCommunicationPort(server as PFLT_PORT) };
    });
    assert_eq!(
        found,
        ["object of the filter manager used that is gone or never was"]
    );
}
