//! Communication ports — a server port that a filter opens under a name, and a client port for each program that connects.
//!
//! The driver's side comes from exports/flt_port.rs; the programs' side is [`Connection`], whoever speaks for a program:
//! a workload's simulated client or the socket that real ones connect to.

mod client;
pub mod connection;
mod message;
pub mod security;
mod send;
mod server;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use client::{ClientPort, close as close_client};
pub use connection::Connection;
pub use send::{Outgoing, send};
pub use server::{
    Callbacks, Opening, ServerPort, close as close_server, create, named, open, watch,
};

use super::activity::Activity;
use super::filter::HANG;
use crate::verify::{self, rule};

/// The ports of one filter.
#[derive(Default)]
pub struct Ports {
    /// Server ports that are open.
    servers: Mutex<Vec<Arc<ServerPort>>>,
    /// Client ports that the filter has not closed, or that have a program at their other end.
    clients: Mutex<Vec<Arc<ClientPort>>>,
    /// Guards the driver's variables that hold client ports: FltSendMessage reads them, FltCloseClientPort clears them.
    variables: Mutex<()>,
    /// Programs that are connecting.
    connecting: Activity,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Ports {
    /// The filter goes: every client is disconnected. Gives false where a server port is still open, for whose closing
    /// Windows waits.
    pub fn unregister(&self) -> bool {
        let open = lock(&self.servers).clone();
        for server in &open {
            let detail = format!("communication port {} is still open", server.name);
            verify::violation(rule::F18, detail);
        }
        self.connecting.close();
        self.connecting.wait_idle(HANG);
        let clients = lock(&self.clients).clone();
        for client in clients {
            client.disconnect();
        }
        open.is_empty()
    }

    /// Reports client ports that the filter never closed, and forgets them.
    pub fn report_leaks(&self) {
        for client in std::mem::take(&mut *lock(&self.clients)) {
            if client.is_open() {
                let detail = format!(
                    "a client port of {} was never closed with FltCloseClientPort",
                    client.server.name
                );
                verify::violation(rule::F18, detail);
            }
            client.retire();
        }
        for server in std::mem::take(&mut *lock(&self.servers)) {
            server.retire();
        }
    }
}
