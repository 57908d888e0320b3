//! Answering the driver's messages: zeros, as many as it wants.

use std::sync::{Arc, Weak};

use minifilter_sys::STATUS_BUFFER_TOO_SMALL;

use crate::model::port::Connection;
use crate::model::schedule::{self, Task};
use crate::model::thread;

/// Room that a client has for a message to begin with.
const ROOM: usize = 64 * 1024;
/// The most it makes when that is too little.
const MOST_ROOM: usize = 16 * 1024 * 1024;
/// Bytes of FILTER_MESSAGE_HEADER and FILTER_REPLY_HEADER.
const HEADER: usize = 16;

/// Whoever answers the messages of a connection.
pub struct Answering(Option<Task>);

impl Answering {
    /// Answers messages until the connection ends: in a thread of the process `process_id`, or at once in the sender's.
    pub fn begin(connection: &Arc<Connection>, process_id: u32, threaded: bool) -> Self {
        if !threaded {
            at_once(&Arc::downgrade(connection), ROOM);
            return Self(None);
        }
        let connection = Arc::downgrade(connection);
        let pump = move || {
            thread::current().set_process_id(process_id);
            pump(&connection);
        };
        // A host without threads has other worries; the messages then time out.
        Self(schedule::spawn("port client", pump).ok())
    }

    /// Waits for its end, to be called when the messages have ended.
    pub fn end(&mut self) {
        if let Some(thread) = self.0.take() {
            thread.join();
        }
    }
}

/// Zeros for the message `got`; none when no answer is wanted.
fn zeros(got: &[u8]) -> Option<Vec<u8>> {
    let length = u32::from_le_bytes(*got.first_chunk()?) as usize;
    let id = got.get(8..HEADER)?;
    if length == 0 {
        return None;
    }
    let mut reply = vec![0; length.max(HEADER)];
    reply[8..HEADER].copy_from_slice(id);
    Some(reply)
}

fn reply_to(connection: &Connection, got: &[u8]) {
    if let Some(reply) = zeros(got) {
        // The sender may have given up meanwhile, which is no program's business.
        let _ = connection.reply(&reply);
    }
}

fn at_once(connection: &Weak<Connection>, room: usize) {
    let Some(live) = connection.upgrade() else {
        return;
    };
    let connection = Weak::clone(connection);
    live.ask(room, move |got| {
        let Some(live) = connection.upgrade() else {
            return;
        };
        match got {
            Ok(message) => {
                at_once(&connection, room);
                reply_to(&live, &message);
            }
            Err(STATUS_BUFFER_TOO_SMALL) if room < MOST_ROOM => at_once(&connection, room * 16),
            Err(_) => {}
        }
    });
}

fn pump(connection: &Weak<Connection>) {
    let mut room = ROOM;
    // The connection is only held while it is used: its last owner, who closes it, is the client.
    while let Some(live) = connection.upgrade() {
        match live.get(room, None) {
            Ok(message) => reply_to(&live, &message),
            Err(STATUS_BUFFER_TOO_SMALL) if room < MOST_ROOM => room *= 16,
            Err(_) => break,
        }
    }
}
