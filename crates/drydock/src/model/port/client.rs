//! The client port — what ConnectNotify is given: the filter's end of one connection.
#![allow(unsafe_code)] // calls the driver's DisconnectNotify

use std::ffi::c_void;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use minifilter_sys::{NTSTATUS, PFLT_PORT, STATUS_CANCELLED, STATUS_PORT_DISCONNECTED};

use super::lock;
use super::message::Messages;
use super::server::ServerPort;
use crate::model::activity::Activity;
use crate::model::bounds::PASSIVE;
use crate::model::driver_word::word;
use crate::model::filter::{Filter, HANG};
use crate::model::flt_handle::{Found, Handles};
use crate::model::thread::Site;
use crate::model::{flt_object, thread};
use crate::verify::trace;

static CLIENTS: Handles<ClientPort> = Handles::new();

/// The filter's end of a connection.
pub struct ClientPort {
    /// The port the program connected to.
    pub server: Arc<ServerPort>,
    /// ConnectionPortCookie, once ConnectNotify has given it.
    pub(super) cookie: AtomicUsize,
    pub(super) messages: Mutex<Messages>,
    /// Threads in FltSendMessage.
    pub(super) senders: Activity,
    /// Threads in MessageNotify; a disconnect waits for them.
    pub(super) notified: Activity,
    /// The driver has not closed it.
    open: AtomicBool,
    /// ConnectNotify accepted it and DisconnectNotify was not called yet.
    pub(super) connected: AtomicBool,
    /// Threads that call DisconnectNotify, or find it called; unregistering waits for them.
    telling: Activity,
}

/// The client port of a handle that FltSendMessage is given; a bad one is reported.
pub(super) fn usable(handle: PFLT_PORT) -> Option<Arc<ClientPort>> {
    let address = handle as usize;
    match CLIENTS.find(address) {
        Found::Live(client) => return Some(client),
        Found::Gone(_) => flt_object::bad_handle(format!("client port {address:#x} is closed")),
        Found::Unknown => flt_object::bad_handle(format!("{address:#x} is not a client port")),
    }
    None
}

/// FltCloseClientPort — closes the port in the driver's variable and clears that. An empty variable means that somebody
/// else was first.
pub fn close(filter: &Arc<Filter>, variable: usize) {
    let port = {
        let _variables = lock(&filter.ports.variables);
        word(variable).swap(0, Ordering::AcqRel)
    };
    if port == 0 {
        return;
    }
    let Some(client) = usable(port as PFLT_PORT) else {
        return;
    };
    client.open.store(false, Ordering::Release);
    client.retire();
    client.end_messages(STATUS_PORT_DISCONNECTED);
    if !client.connected.load(Ordering::Acquire) {
        client.forget();
    }
    trace::line(|| format!("port {}: client port closed", client.server.name));
}

impl ClientPort {
    /// A port that nobody has accepted yet.
    pub(super) fn new(server: &Arc<ServerPort>) -> Arc<Self> {
        let client = Arc::new(Self {
            server: Arc::clone(server),
            cookie: AtomicUsize::new(0),
            messages: Mutex::default(),
            senders: Activity::default(),
            notified: Activity::default(),
            open: AtomicBool::new(true),
            connected: AtomicBool::new(false),
            telling: Activity::default(),
        });
        CLIENTS.insert(&client);
        lock(&server.filter.ports.clients).push(Arc::clone(&client));
        client
    }

    /// The handle the driver gets.
    pub fn handle(self: &Arc<Self>) -> PFLT_PORT {
        Handles::address(self) as PFLT_PORT
    }

    /// The driver has not closed it.
    pub fn is_open(&self) -> bool {
        self.open.load(Ordering::Acquire)
    }

    /// The handle is no good from now on.
    pub(super) fn retire(self: &Arc<Self>) {
        CLIENTS.retire(self);
    }

    /// Takes it off the filter's list.
    pub(super) fn forget(self: &Arc<Self>) {
        lock(&self.server.filter.ports.clients).retain(|other| !Arc::ptr_eq(other, self));
    }

    /// No message goes either way any more: senders and receivers are woken.
    pub(super) fn end_messages(&self, status: NTSTATUS) {
        let tell = lock(&self.messages).close(status);
        tell.all();
    }

    /// The program closed its end.
    pub(super) fn hang_up(self: &Arc<Self>) {
        self.end_messages(STATUS_CANCELLED);
        self.telling.enter_again();
        self.notify_disconnect();
        self.telling.exit();
    }

    /// The filter goes while the program is still there.
    pub(super) fn disconnect(self: &Arc<Self>) {
        self.end_messages(STATUS_PORT_DISCONNECTED);
        self.notify_disconnect();
        // The program may hang up at the same time. A callback that never returns is the watchdog's to report.
        while !self.telling.wait_idle(HANG) {}
    }

    /// Calls DisconnectNotify once, after the last MessageNotify.
    fn notify_disconnect(self: &Arc<Self>) {
        self.notified.close();
        if !self.connected.swap(false, Ordering::AcqRel) {
            return;
        }
        // A callback that never returns is the watchdog's to report.
        while !self.notified.wait_idle(HANG) {}
        let callback = self.server.callbacks.disconnect;
        let cookie = self.cookie.load(Ordering::Acquire);
        let site = Site {
            name: "DisconnectNotify",
            code: callback as usize,
        };
        thread::call_driver(site, PASSIVE, || {
            // SAFETY: the driver gave this code to FltCreateCommunicationPort for exactly this call.
            unsafe { callback(cookie as *mut c_void) }
        });
        self.server.visited();
        if !self.is_open() {
            self.forget();
        }
    }
}
