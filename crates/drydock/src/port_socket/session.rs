//! One program at a port's socket: a thread that reads its requests, one that calls into the driver, one that writes answers.
//!
//! Requests for messages wait without a thread, so a program may have a message pending and talk at the same time. A program
//! that does not read holds nobody up but itself.

use std::io::Write;
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, OnceLock};

use minifilter_sys::{
    NTSTATUS, STATUS_INSUFFICIENT_RESOURCES, STATUS_INVALID_PARAMETER, STATUS_PORT_DISCONNECTED,
    STATUS_SUCCESS,
};

use super::frame::{self, Frame, Request};
use crate::model::port::{Connection, ServerPort};
use crate::model::thread;

/// Requests that one program may have under way.
const MOST_PENDING: u32 = 1024;
/// The most bytes a program may want to receive at once.
const MOST_ROOM: u32 = frame::MOST - 64;

/// Answers on their way to the program.
#[derive(Clone)]
struct Answers {
    frames: Sender<Vec<u8>>,
    pending: Arc<AtomicU32>,
}

impl Answers {
    fn give(&self, to: Asked, status: NTSTATUS, bytes: &[u8]) {
        self.pending.fetch_sub(1, Ordering::AcqRel);
        // A program that is gone wants no answer.
        let _ = self
            .frames
            .send(frame::answer(to.kind, to.token, status, bytes));
    }

    fn give_result(&self, to: Asked, result: Result<(), NTSTATUS>) {
        self.give(to, result.err().unwrap_or(STATUS_SUCCESS), &[]);
    }
}

/// Which request an answer belongs to.
#[derive(Clone, Copy)]
struct Asked {
    kind: u32,
    token: u64,
}

/// What the thread that calls into the driver does.
enum Job {
    Connect(Asked, Vec<u8>),
    Send(Asked, Vec<u8>, u32),
    Disconnect(Option<Asked>),
}

type Shared = Arc<OnceLock<Connection>>;

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
    let thread = std::thread::Builder::new().name(name.into());
    thread.spawn(body).map(drop)
}

/// Serves the program at the other end of `stream`.
pub fn begin(stream: UnixStream, server: &Arc<ServerPort>) -> std::io::Result<()> {
    let peer = rustix::net::sockopt::socket_peercred(&stream)?;
    let process = peer.pid.as_raw_nonzero().get().unsigned_abs();
    let (output, input) = (stream.try_clone()?, stream);
    let (frames, to_write) = channel();
    let (jobs, to_do) = channel();
    let connection = Shared::default();
    let answers = Answers {
        frames,
        pending: Arc::default(),
    };
    spawn("port writer", move || write(output, &to_write))?;
    let (server, shared, replies) = (Arc::clone(server), Arc::clone(&connection), answers.clone());
    spawn("port caller", move || {
        thread::current().set_process_id(process);
        call(&server, &shared, &replies, to_do);
    })?;
    spawn("port reader", move || {
        read(input, &connection, &answers, &jobs)
    })
}

fn write(mut stream: UnixStream, frames: &Receiver<Vec<u8>>) {
    for frame in frames {
        if stream.write_all(&frame).is_err() {
            return;
        }
    }
}

/// Reads until the program goes or talks nonsense.
fn read(mut stream: UnixStream, connection: &Shared, answers: &Answers, jobs: &Sender<Job>) {
    let mut asked_to_go = None;
    while let Ok(Some(frame)) = frame::read(&mut stream) {
        let asked = Asked {
            kind: frame.kind,
            token: frame.token,
        };
        let busy = answers.pending.fetch_add(1, Ordering::AcqRel) >= MOST_PENDING;
        if busy {
            answers.give(
                asked,
                STATUS_INSUFFICIENT_RESOURCES,
                b"too many requests under way",
            );
            continue;
        }
        if matches!(frame.request, Ok(Request::Disconnect)) {
            asked_to_go = Some(asked);
            break;
        }
        let last = frame.last;
        take(frame, asked, connection, answers, jobs);
        if last {
            break;
        }
    }
    if let Some(connection) = connection.get() {
        connection.sever();
    }
    // The caller ends with this job; if it has ended already, there is nothing to disconnect.
    let _ = jobs.send(Job::Disconnect(asked_to_go));
}

fn take(frame: Frame, asked: Asked, connection: &Shared, answers: &Answers, jobs: &Sender<Job>) {
    let job = match frame.request {
        Ok(Request::Connect(context)) => Job::Connect(asked, context),
        Ok(Request::Send(input, room)) => Job::Send(asked, input, room),
        Ok(Request::Get(room)) => return ask(asked, room, connection, answers),
        Ok(Request::Reply(reply)) => {
            let connection = connection.get().ok_or(STATUS_PORT_DISCONNECTED);
            let replied = connection.and_then(|connection| connection.reply(&reply));
            return answers.give_result(asked, replied);
        }
        Ok(Request::Disconnect) => Job::Disconnect(Some(asked)),
        Err(text) => return answers.give(asked, STATUS_INVALID_PARAMETER, text.as_bytes()),
    };
    // The caller only ends when this thread has told it to.
    let _ = jobs.send(job);
}

fn ask(asked: Asked, room: u32, connection: &Shared, answers: &Answers) {
    let Some(connection) = connection.get() else {
        return answers.give(asked, STATUS_PORT_DISCONNECTED, &[]);
    };
    let answers = answers.clone();
    connection.ask(room.min(MOST_ROOM) as usize, move |got| match got {
        Ok(message) => answers.give(asked, STATUS_SUCCESS, &message),
        Err(status) => answers.give(asked, status, &[]),
    });
}

/// Does the jobs that enter the driver, in the order they came.
fn call(server: &Arc<ServerPort>, shared: &Shared, answers: &Answers, jobs: Receiver<Job>) {
    for job in jobs {
        match job {
            Job::Connect(asked, _) if shared.get().is_some() => {
                answers.give(asked, STATUS_INVALID_PARAMETER, b"connected already");
            }
            Job::Connect(asked, context) => {
                let connected = Connection::to(server, &context);
                let result = connected.map(|connection| drop(shared.set(connection)));
                answers.give_result(asked, result);
            }
            Job::Send(asked, input, room) => match send(shared, &input, room) {
                Ok(output) => answers.give(asked, STATUS_SUCCESS, &output),
                Err(status) => answers.give(asked, status, &[]),
            },
            Job::Disconnect(asked) => {
                if let Some(connection) = shared.get() {
                    connection.close();
                }
                if let Some(asked) = asked {
                    answers.give(asked, STATUS_SUCCESS, &[]);
                }
                return;
            }
        }
    }
}

fn send(shared: &Shared, input: &[u8], room: u32) -> Result<Vec<u8>, NTSTATUS> {
    let connection = shared.get().ok_or(STATUS_PORT_DISCONNECTED)?;
    if room > MOST_ROOM {
        return Err(STATUS_INVALID_PARAMETER);
    }
    connection.exchange(input, room)
}
