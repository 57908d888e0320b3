//! Messages on their way from the filter to a program, and what the program answers.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use minifilter_sys::{
    FILTER_MESSAGE_HEADER, FILTER_REPLY_HEADER, NTSTATUS, STATUS_BUFFER_TOO_SMALL,
    STATUS_FLT_NO_WAITER_FOR_REPLY, STATUS_INVALID_PARAMETER, STATUS_PORT_DISCONNECTED,
};

use super::lock;
use crate::model::wait;

/// Bytes of both headers.
pub const HEADER: usize = size_of::<FILTER_MESSAGE_HEADER>();
const _: () = assert!(HEADER == size_of::<FILTER_REPLY_HEADER>());

/// Where a message is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// No program has asked for it yet.
    Queued,
    /// A program has it.
    Delivered,
    /// The program answered with this status and these bytes.
    Replied(NTSTATUS, Vec<u8>),
    /// The port was disconnected first.
    Disconnected,
    /// The sender has given up.
    Abandoned,
}

/// One message; the sender waits on it.
pub struct Message {
    id: u64,
    bytes: Vec<u8>,
    /// Room for the reply; none when no reply is wanted.
    reply_room: Option<u32>,
    progress: Mutex<Progress>,
}

impl Message {
    /// Where it is.
    pub fn progress(&self) -> Progress {
        lock(&self.progress).clone()
    }

    fn set(self: &Arc<Self>, progress: Progress) {
        *lock(&self.progress) = progress;
        wait::wake(self.address());
    }

    /// What its sender waits on.
    pub fn address(self: &Arc<Self>) -> usize {
        Arc::as_ptr(self) as usize
    }

    /// FILTER_MESSAGE_HEADER and message, as FilterGetMessage hands them out.
    fn framed(&self) -> Vec<u8> {
        let length = self.reply_room.map_or(0, |room| room + HEADER as u32);
        let mut framed = Vec::with_capacity(HEADER + self.bytes.len());
        framed.extend(length.to_le_bytes());
        framed.extend([0; 4]);
        framed.extend(self.id.to_le_bytes());
        framed.extend(&self.bytes);
        framed
    }
}

/// How a request for a message ends: the framed message, or why there is none.
pub type Got = Result<Vec<u8>, NTSTATUS>;

/// A program's request for a message: room for it, and who is told.
struct Request {
    room: usize,
    tell: Box<dyn FnOnce(Got) + Send>,
}

/// The messages of one client port.
///
/// # Invariants
/// While a queued message fits into a waiting request, the two are brought together before the lock is left.
#[derive(Default)]
pub struct Messages {
    next_id: u64,
    queued: VecDeque<Arc<Message>>,
    delivered: Vec<Arc<Message>>,
    requests: VecDeque<Request>,
    closed: bool,
}

/// What is to be told once the lock is left.
#[derive(Default)]
pub struct Tell(Vec<(Request, Got)>);

impl Tell {
    /// Tells it.
    pub fn all(self) {
        for (request, got) in self.0 {
            (request.tell)(got);
        }
    }
}

impl Messages {
    /// Queues a message; none when the port is disconnected.
    pub fn add(&mut self, bytes: Vec<u8>, reply_room: Option<u32>) -> Option<(Arc<Message>, Tell)> {
        if self.closed {
            return None;
        }
        self.next_id += 1;
        let message = Arc::new(Message {
            id: self.next_id,
            bytes,
            reply_room,
            progress: Mutex::new(Progress::Queued),
        });
        self.queued.push_back(Arc::clone(&message));
        let mut tell = self.deliver();
        tell.0.extend(self.refuse_too_small(&message));
        Some((message, tell))
    }

    /// A program asks for a message of at most `room` bytes, header included.
    pub fn ask(&mut self, room: usize, tell: Box<dyn FnOnce(Got) + Send>) -> Tell {
        let request = Request { room, tell };
        if room < HEADER {
            return Tell(vec![(request, Err(STATUS_INVALID_PARAMETER))]);
        }
        if self.closed {
            return Tell(vec![(request, Err(STATUS_PORT_DISCONNECTED))]);
        }
        if let Some(first) = self.queued.front()
            && room < HEADER + first.bytes.len()
        {
            return Tell(vec![(request, Err(STATUS_BUFFER_TOO_SMALL))]);
        }
        self.requests.push_back(request);
        self.deliver()
    }

    fn deliver(&mut self) -> Tell {
        let mut tell = Tell::default();
        while let Some(message) = self.queued.front() {
            let needed = HEADER + message.bytes.len();
            let fits = |request: &Request| request.room >= needed;
            let Some(index) = self.requests.iter().position(fits) else {
                break;
            };
            let (Some(request), Some(message)) =
                (self.requests.remove(index), self.queued.pop_front())
            else {
                break;
            };
            message.set(Progress::Delivered);
            tell.0.push((request, Ok(message.framed())));
            if message.reply_room.is_some() {
                self.delivered.push(message);
            }
        }
        tell
    }

    /// A message that none of the waiting requests has room for: the first of them is told so, and the message waits for
    /// a larger one. The documents leave open what becomes of the message; so none is lost.
    fn refuse_too_small(&mut self, message: &Arc<Message>) -> Option<(Request, Got)> {
        if message.progress() != Progress::Queued {
            return None;
        }
        let request = self.requests.pop_front()?;
        Some((request, Err(STATUS_BUFFER_TOO_SMALL)))
    }

    /// FilterReplyMessage — `reply` begins with its FILTER_REPLY_HEADER.
    pub fn reply(&mut self, reply: &[u8]) -> Result<(), NTSTATUS> {
        let (Some(status), Some(id)) = (reply.first_chunk(), reply.get(8..HEADER)) else {
            return Err(STATUS_INVALID_PARAMETER);
        };
        if self.closed {
            return Err(STATUS_PORT_DISCONNECTED);
        }
        let waits = |message: &Arc<Message>| message.id.to_le_bytes() == *id;
        let index = self.delivered.iter().position(waits);
        let message = self
            .delivered
            .swap_remove(index.ok_or(STATUS_FLT_NO_WAITER_FOR_REPLY)?);
        let status = i32::from_le_bytes(*status);
        message.set(Progress::Replied(status, reply[HEADER..].to_vec()));
        Ok(())
    }

    /// The sender gives up, unless the message has come to its end in this moment.
    pub fn abandon(&mut self, message: &Arc<Message>) {
        let mine = |other: &Arc<Message>| !Arc::ptr_eq(other, message);
        self.queued.retain(mine);
        self.delivered.retain(mine);
        if matches!(message.progress(), Progress::Queued | Progress::Delivered) {
            message.set(Progress::Abandoned);
        }
    }

    /// The port is disconnected: senders go, and requests end with `status`.
    pub fn close(&mut self, status: NTSTATUS) -> Tell {
        self.closed = true;
        for message in self.queued.drain(..).chain(self.delivered.drain(..)) {
            message.set(Progress::Disconnected);
        }
        let end = |request| (request, Err(status));
        Tell(self.requests.drain(..).map(end).collect())
    }

    /// Whether the port is disconnected.
    pub fn is_closed(&self) -> bool {
        self.closed
    }
}
