//! A program's end of a connection: what FilterConnectCommunicationPort, FilterSendMessage, FilterGetMessage and
//! FilterReplyMessage do in the kernel.
#![allow(unsafe_code)] // calls the driver's ConnectNotify and MessageNotify

use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use minifilter_sys::{
    NTSTATUS, STATUS_ACCESS_VIOLATION, STATUS_CANCELLED, STATUS_INSUFFICIENT_RESOURCES,
    STATUS_INVALID_PARAMETER, STATUS_NOT_SUPPORTED, STATUS_OBJECT_NAME_NOT_FOUND,
    STATUS_PORT_DISCONNECTED, STATUS_TIMEOUT,
};

use super::client::ClientPort;
use super::lock;
use super::message::Got;
use super::server::{self, ServerPort};
use crate::model::bounds::PASSIVE;
use crate::model::pool::{self, PoolKind};
use crate::model::thread::Site;
use crate::model::user_memory::{self, Range, UserMemory};
use crate::model::{thread, wait};
use crate::verify::trace;

/// STATUS_CONNECTION_COUNT_LIMIT: every one of MaxConnections is taken.
pub const STATUS_CONNECTION_COUNT_LIMIT: NTSTATUS = 0xC000_0246_u32 as NTSTATUS;
/// Tag of the copy of the program's context that ConnectNotify sees.
const CONTEXT_TAG: u32 = u32::from_le_bytes(*b"FMcp");

/// A program's end of a connection; dropping it closes it.
pub struct Connection {
    client: Arc<ClientPort>,
}

impl Connection {
    /// FilterConnectCommunicationPort — connects to the port of a name, in the calling program's thread.
    ///
    /// # Errors
    /// No such port, too many connections, or the status with which the filter refuses.
    pub fn open(name: &str, context: &[u8]) -> Result<Self, NTSTATUS> {
        let server = server::named(name).ok_or(STATUS_OBJECT_NAME_NOT_FOUND)?;
        Self::to(&server, context)
    }

    /// Connects to a port.
    ///
    /// # Errors
    /// As for [`Connection::open`].
    pub fn to(server: &Arc<ServerPort>, context: &[u8]) -> Result<Self, NTSTATUS> {
        let connecting = &server.filter.ports.connecting;
        if !connecting.enter() {
            return Err(STATUS_OBJECT_NAME_NOT_FOUND);
        }
        let connected = connect(server, context);
        connecting.exit();
        let result = connected.as_ref().err().copied();
        server.note(|port| match result {
            None => port.connected += 1,
            Some(_) => port.refused += 1,
        });
        trace::line(|| format!("port {}: connect, {:#x}", server.name, result.unwrap_or(0)));
        connected.map(|client| Self { client })
    }

    /// FilterSendMessage — gives the filter two buffers of the program; gives the bytes that it says it left in `output`.
    ///
    /// # Errors
    /// STATUS_NOT_SUPPORTED without a MessageNotify, STATUS_ACCESS_VIOLATION for buffers that are not the program's,
    /// STATUS_PORT_DISCONNECTED, or the filter's own status.
    pub fn send(&self, input: Range, output: Range) -> Result<u32, NTSTATUS> {
        self.send_while(input, output, || ())
    }

    /// FilterSendMessage of a program whose other threads do `meanwhile` when the buffers were probed.
    ///
    /// # Errors
    /// As for [`Connection::send`].
    pub fn send_while(
        &self,
        input: Range,
        output: Range,
        meanwhile: impl FnOnce(),
    ) -> Result<u32, NTSTATUS> {
        let Some(callback) = self.client.server.callbacks.message else {
            return Err(STATUS_NOT_SUPPORTED);
        };
        if !user_memory::probe_read(input) || !user_memory::probe_write(output) {
            return Err(STATUS_ACCESS_VIOLATION);
        }
        meanwhile();
        if lock(&self.client.messages).is_closed() || !self.client.notified.enter() {
            return Err(STATUS_PORT_DISCONNECTED);
        }
        self.client.server.note(|port| port.to_driver += 1);
        let mut returned = 0;
        let site = Site {
            name: "MessageNotify",
            code: callback as usize,
        };
        let cookie = self.client.cookie.load(Ordering::Acquire) as *mut c_void;
        let status = thread::call_driver(site, PASSIVE, || {
            let (from, to) = (input.address as *mut c_void, output.address as *mut c_void);
            // SAFETY: the driver gave this code to FltCreateCommunicationPort for exactly this call; that the buffers are
            // a program's and may go away is what it is told.
            unsafe {
                callback(
                    cookie,
                    from,
                    input.length,
                    to,
                    output.length,
                    &raw mut returned,
                )
            }
        });
        self.client.notified.exit();
        if status < 0 {
            return Err(status);
        }
        Ok(returned)
    }

    /// FilterSendMessage with buffers of its own — gives what the filter left in `room` bytes of output.
    ///
    /// # Errors
    /// As for [`Connection::send`]; STATUS_INSUFFICIENT_RESOURCES when there is no memory for the buffers.
    pub fn exchange(&self, message: &[u8], room: u32) -> Result<Vec<u8>, NTSTATUS> {
        let memory = |bytes: &[u8], length| {
            UserMemory::new(bytes, length).map_err(|_| STATUS_INSUFFICIENT_RESOURCES)
        };
        let length = u32::try_from(message.len()).map_err(|_| STATUS_INVALID_PARAMETER)?;
        let (from, to) = (memory(message, length)?, memory(&[], room)?);
        // A program without a buffer says so.
        let range = |memory: &UserMemory| match memory.range() {
            Range { length: 0, .. } => Range::default(),
            range => range,
        };
        let returned = self.send(range(&from), range(&to))?;
        Ok(to.bytes(returned))
    }

    /// FilterGetMessage with an OVERLAPPED — `tell` is told when there is a message of at most `room` bytes, header
    /// included, or why there is none.
    pub fn ask(&self, room: usize, tell: impl FnOnce(Got) + Send + 'static) {
        let tell = lock(&self.client.messages).ask(room, Box::new(tell));
        tell.all();
    }

    /// FilterGetMessage — waits for a message.
    ///
    /// # Errors
    /// As for [`Connection::ask`]; STATUS_TIMEOUT when none came within `limit`, and then the request stays.
    pub fn get(&self, room: usize, limit: Option<Duration>) -> Got {
        let slot: Arc<Mutex<Option<Got>>> = Arc::default();
        let address = Arc::as_ptr(&slot) as usize;
        let filled = Arc::clone(&slot);
        self.ask(room, move |got| {
            *lock(&filled) = Some(got);
            wait::wake(address);
        });
        let what = || format!("a message on port {}", self.client.server.name);
        wait::until(address, limit, what, || lock(&slot).take()).unwrap_or(Err(STATUS_TIMEOUT))
    }

    /// FilterReplyMessage — `reply` begins with its FILTER_REPLY_HEADER.
    ///
    /// # Errors
    /// STATUS_FLT_NO_WAITER_FOR_REPLY when nobody waits for it, STATUS_INVALID_PARAMETER when it is shorter than its header.
    pub fn reply(&self, reply: &[u8]) -> Result<(), NTSTATUS> {
        lock(&self.client.messages).reply(reply)
    }

    /// Ends every message on its way, before the connection is closed: senders and receivers are woken.
    pub fn sever(&self) {
        self.client.end_messages(STATUS_CANCELLED);
    }
}

impl Connection {
    /// CloseHandle — the filter is told, in the thread that closes; a second time changes nothing.
    pub fn close(&self) {
        self.client.hang_up();
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.close();
    }
}

fn connect(server: &Arc<ServerPort>, context: &[u8]) -> Result<Arc<ClientPort>, NTSTATUS> {
    if !server.take_place() {
        return Err(STATUS_CONNECTION_COUNT_LIMIT);
    }
    let client = ClientPort::new(server);
    let status = ask_the_filter(&client, context);
    if status < 0 {
        server.leave_place();
        client.end_messages(STATUS_PORT_DISCONNECTED);
        client.retire();
        client.forget();
        return Err(status);
    }
    Ok(client)
}

fn ask_the_filter(client: &Arc<ClientPort>, context: &[u8]) -> NTSTATUS {
    let copy = match kernel_copy(context) {
        Ok(copy) => copy,
        Err(status) => return status,
    };
    let callback = client.server.callbacks.connect;
    let site = Site {
        name: "ConnectNotify",
        code: callback as usize,
    };
    let mut cookie = null_mut();
    let port = client.handle();
    let server_cookie = client.server.cookie as *mut c_void;
    let size = context.len() as u32;
    let status = thread::call_driver(site, PASSIVE, || {
        // SAFETY: the driver gave this code to FltCreateCommunicationPort for exactly this call; the copy lives longer.
        unsafe { callback(port, server_cookie, copy, size, &raw mut cookie) }
    });
    if status >= 0 {
        client.cookie.store(cookie as usize, Ordering::Release);
        client.connected.store(true, Ordering::Release);
    }
    if !copy.is_null() {
        pool::free(copy, CONTEXT_TAG);
    }
    status
}

/// The system's own copy of the context; null for none.
fn kernel_copy(context: &[u8]) -> Result<*mut c_void, NTSTATUS> {
    if context.is_empty() {
        return Ok(null_mut());
    }
    let copy = pool::allocate(PoolKind::NonPaged, context.len(), CONTEXT_TAG, 0);
    if copy.is_null() {
        return Err(STATUS_INSUFFICIENT_RESOURCES);
    }
    // SAFETY: the block was just allocated with this size.
    unsafe { std::ptr::copy_nonoverlapping(context.as_ptr(), copy.cast(), context.len()) };
    Ok(copy)
}
