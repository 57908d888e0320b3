//! FltCreateCommunicationPort, FltCloseCommunicationPort — the port that programs find by name.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use minifilter_sys::{
    NTSTATUS, PFLT_PORT, STATUS_FLT_DELETING_OBJECT, STATUS_OBJECT_NAME_COLLISION,
};

use super::lock;
use crate::model::callback::{ConnectNotify, DisconnectNotify, MessageNotify};
use crate::model::filter::Filter;
use crate::model::flt_handle::{Found, Handles};
use crate::model::flt_object;
use crate::report::{self, PortUse};
use crate::verify::trace;

static SERVERS: Handles<ServerPort> = Handles::new();
/// Held while a name is looked for and taken.
static NAMES: Mutex<()> = Mutex::new(());

/// Who is told of ports that open and close.
type Watcher = Box<dyn Fn(&Arc<ServerPort>, bool) + Send + Sync>;
static WATCHER: RwLock<Option<Watcher>> = RwLock::new(None);

/// Has `watcher` told of each port that opens (true) or closes (false) from now on, in place of who was told before.
pub fn watch(watcher: Watcher) {
    *WATCHER.write().unwrap_or_else(PoisonError::into_inner) = Some(watcher);
}

/// What the filter wants to be told.
#[derive(Clone, Copy)]
pub struct Callbacks {
    /// A program connects.
    pub connect: ConnectNotify,
    /// It is gone.
    pub disconnect: DisconnectNotify,
    /// It sent a message; without this callback every message is refused.
    pub message: Option<MessageNotify>,
}

/// An open server port.
pub struct ServerPort {
    /// Object name, e.g. `\MyFilterPort`.
    pub name: String,
    /// Who opened it.
    pub filter: Arc<Filter>,
    /// What ConnectNotify is given.
    pub cookie: usize,
    /// What the filter wants to be told.
    pub callbacks: Callbacks,
    limit: u32,
    connections: AtomicU32,
    visits: AtomicU64,
}

/// What a port is opened with.
pub struct Opening {
    /// Object name.
    pub name: String,
    /// OBJ_CASE_INSENSITIVE was given.
    pub ignore_case: bool,
    /// ServerPortCookie.
    pub cookie: usize,
    /// The callbacks.
    pub callbacks: Callbacks,
    /// MaxConnections.
    pub limit: u32,
}

/// FltCreateCommunicationPort.
///
/// # Errors
/// STATUS_FLT_DELETING_OBJECT for a filter that goes, STATUS_OBJECT_NAME_COLLISION for a name that is taken.
pub fn create(filter: &Arc<Filter>, opening: Opening) -> Result<PFLT_PORT, NTSTATUS> {
    if filter.is_unregistering() {
        return Err(STATUS_FLT_DELETING_OBJECT);
    }
    let _taking = lock(&NAMES);
    let same = |name: &str| match opening.ignore_case {
        true => name.eq_ignore_ascii_case(&opening.name),
        false => name == opening.name,
    };
    if SERVERS.live().iter().any(|other| same(&other.name)) {
        return Err(STATUS_OBJECT_NAME_COLLISION);
    }
    let server = Arc::new(ServerPort {
        name: opening.name,
        filter: Arc::clone(filter),
        cookie: opening.cookie,
        callbacks: opening.callbacks,
        limit: opening.limit,
        connections: AtomicU32::new(0),
        visits: AtomicU64::new(0),
    });
    SERVERS.insert(&server);
    lock(&filter.ports.servers).push(Arc::clone(&server));
    server.note(|_| ());
    server.announce(true);
    Ok(server.handle())
}

/// FltCloseCommunicationPort — the name is free again; connections stay.
pub fn close(handle: PFLT_PORT) {
    let address = handle as usize;
    match SERVERS.find(address) {
        Found::Live(server) => {
            server.retire();
            lock(&server.filter.ports.servers).retain(|other| !Arc::ptr_eq(other, &server));
        }
        Found::Gone(server) => flt_object::bad_handle(format!(
            "communication port {} ({address:#x}) is closed already",
            server.name
        )),
        Found::Unknown => {
            flt_object::bad_handle(format!("{address:#x} is not a communication port"));
        }
    }
}

/// Every open server port.
#[must_use]
pub fn open() -> Vec<Arc<ServerPort>> {
    SERVERS.live()
}

/// The open server port of a name; programs may write it in any case.
#[must_use]
pub fn named(name: &str) -> Option<Arc<ServerPort>> {
    open()
        .into_iter()
        .find(|server| server.name.eq_ignore_ascii_case(name))
}

impl ServerPort {
    /// The handle the driver gets.
    pub fn handle(self: &Arc<Self>) -> PFLT_PORT {
        Handles::address(self) as PFLT_PORT
    }

    /// The handle is no good from now on.
    pub(super) fn retire(self: &Arc<Self>) {
        SERVERS.retire(self);
        self.announce(false);
    }

    fn announce(self: &Arc<Self>, open: bool) {
        trace::line(|| {
            let what = if open { "opened" } else { "closed" };
            format!("port {} {what}", self.name)
        });
        let watcher = WATCHER.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(watcher) = &*watcher {
            watcher(self, open);
        }
    }

    /// Takes one of MaxConnections; false when all are taken.
    pub(super) fn take_place(&self) -> bool {
        let one_more = |now| (now < self.limit).then_some(now + 1);
        self.connections
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, one_more)
            .is_ok()
    }

    /// Gives it back.
    pub(super) fn leave_place(&self) {
        self.connections.fetch_sub(1, Ordering::AcqRel);
    }

    /// A program that was let in has gone.
    pub(super) fn visited(&self) {
        self.leave_place();
        self.visits.fetch_add(1, Ordering::AcqRel);
    }

    /// Programs that were let in and have gone.
    #[must_use]
    pub fn visits(&self) -> u64 {
        self.visits.load(Ordering::Acquire)
    }

    /// Counts something in the report's line about this port.
    pub(super) fn note(&self, count: impl FnOnce(&mut PortUse)) {
        report::with(|report| {
            let known = report.ports.iter().position(|port| port.name == self.name);
            let index = known.unwrap_or_else(|| {
                report.ports.push(PortUse {
                    name: self.name.clone(),
                    ..PortUse::default()
                });
                report.ports.len() - 1
            });
            count(&mut report.ports[index]);
        });
    }
}
