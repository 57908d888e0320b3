//! A program at a socket, against a port whose driver is this file.
#![allow(unsafe_code)] // plays the driver

use std::ffi::c_void;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use minifilter_sys::*;

use super::frame::{CONNECT, DISCONNECT, GET, REPLY, SEND};
use super::*;
use crate::model::filter::Filter;
use crate::model::flt_fixture::{Fixture, Script};
use crate::model::port::{Callbacks, Opening, Outgoing};

static CLIENT: AtomicUsize = AtomicUsize::new(0);
static FILTER: AtomicUsize = AtomicUsize::new(0);

fn filter() -> Arc<Filter> {
    crate::model::flt_object::filter(FILTER.load(Ordering::SeqCst) as PFLT_FILTER)
        .expect("a filter")
}

unsafe extern "win64" fn connect(
    port: PFLT_PORT,
    _server: *mut c_void,
    _context: *mut c_void,
    size: u32,
    _cookie: *mut *mut c_void,
) -> NTSTATUS {
    if size != 5 {
        return STATUS_ACCESS_DENIED;
    }
    CLIENT.store(port as usize, Ordering::SeqCst);
    STATUS_SUCCESS
}

unsafe extern "win64" fn disconnect(_cookie: *mut c_void) {
    port::close_client(&filter(), &raw const CLIENT as usize);
}

/// Gives back what it was sent; asks the program first when it was sent four bytes.
unsafe extern "win64" fn message(
    _cookie: *mut c_void,
    input: *mut c_void,
    length: u32,
    output: *mut c_void,
    room: u32,
    returned: *mut u32,
) -> NTSTATUS {
    if length == 4 {
        let bytes = b"and you?".to_vec();
        let outgoing = Outgoing {
            bytes,
            reply_room: Some(4),
            timeout: None,
        };
        let (status, _) = port::send(&filter(), &raw const CLIENT as usize, outgoing);
        if status != STATUS_SUCCESS {
            return status;
        }
    }
    let count = length.min(room);
    // SAFETY: the session passes good buffers with their lengths.
    unsafe { std::ptr::copy_nonoverlapping(input.cast::<u8>(), output.cast(), count as usize) };
    // SAFETY: the filter manager gives a place for the length.
    unsafe { returned.write(count) };
    STATUS_SUCCESS
}

struct Bench {
    fixture: Fixture,
    directory: tempfile::TempDir,
    server: PFLT_PORT,
}

impl Bench {
    fn new() -> Self {
        let fixture = Fixture::new(Script::default());
        FILTER.store(fixture.filter.handle() as usize, Ordering::SeqCst);
        let directory = tempfile::tempdir().expect("a directory");
        serve(directory.path()).expect("the directory can be served");
        let opening = Opening {
            name: r"\Socket".to_owned(),
            ignore_case: true,
            cookie: 0,
            callbacks: Callbacks {
                connect,
                disconnect,
                message: Some(message),
            },
            limit: 1,
        };
        let server = port::create(&fixture.filter, opening).expect("the port can be opened");
        Self {
            fixture,
            directory,
            server,
        }
    }

    fn program(&self) -> Program {
        let place = Place::at(self.directory.path()).expect("the directory is there");
        Program(place.connect("Socket.sock").expect("somebody listens"))
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        port::close_server(self.server);
        assert!(!self.directory.path().join("Socket.sock").exists());
        port::watch(Box::new(|_, _| ()));
        self.fixture.filter.unregister();
    }
}

struct Program(UnixStream);

/// Kind, token, status and bytes of an answer.
type Answer = (u32, u64, NTSTATUS, Vec<u8>);

impl Program {
    fn ask(&mut self, kind: u32, token: u64, rest: &[u8]) {
        let mut frame = (12 + rest.len() as u32).to_le_bytes().to_vec();
        frame.extend(kind.to_le_bytes());
        frame.extend(token.to_le_bytes());
        frame.extend(rest);
        self.0.write_all(&frame).expect("the session reads");
    }

    fn answer(&mut self) -> Answer {
        let mut head = [0; 20];
        self.0.read_exact(&mut head).expect("the session answers");
        let number =
            |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let mut bytes = vec![0; number(0) as usize - 16];
        self.0.read_exact(&mut bytes).expect("the whole answer");
        assert_eq!(number(4) & 0x8000_0000, 0x8000_0000);
        let token = u64::from(number(8)) | u64::from(number(12)) << 32;
        (
            number(4) & 0x7fff_ffff,
            token,
            number(16) as NTSTATUS,
            bytes,
        )
    }

    fn status(&mut self, kind: u32, rest: &[u8]) -> NTSTATUS {
        self.ask(kind, 9, rest);
        self.answer().2
    }
}

fn sent(room: u32, bytes: &[u8]) -> Vec<u8> {
    [&room.to_le_bytes()[..], bytes].concat()
}

#[test]
fn a_program_connects_sends_and_disconnects() {
    let bench = Bench::new();
    let mut program = bench.program();
    assert_eq!(
        program.status(SEND, &sent(4, b"x")),
        STATUS_PORT_DISCONNECTED
    );
    assert_eq!(program.status(CONNECT, b"no"), STATUS_ACCESS_DENIED);
    assert_eq!(program.status(CONNECT, b"hello"), STATUS_SUCCESS);
    assert_eq!(program.status(CONNECT, b"hello"), STATUS_INVALID_PARAMETER);
    program.ask(SEND, 7, &sent(3, b"abcde"));
    assert_eq!(program.answer(), (SEND, 7, STATUS_SUCCESS, b"abc".to_vec()));
    assert_eq!(program.status(DISCONNECT, &[]), STATUS_SUCCESS);
    assert_eq!(CLIENT.load(Ordering::SeqCst), 0);
}

#[test]
fn a_message_is_answered_while_the_program_waits_for_its_own() {
    let bench = Bench::new();
    let mut program = bench.program();
    assert_eq!(program.status(CONNECT, b"hello"), STATUS_SUCCESS);
    program.ask(GET, 1, &100_u32.to_le_bytes());
    program.ask(SEND, 2, &sent(4, b"ping"));
    let (kind, token, status, got) = program.answer();
    assert_eq!(
        (kind, token, status, &got[16..]),
        (GET, 1, STATUS_SUCCESS, &b"and you?"[..])
    );
    let mut reply = vec![0; 20];
    reply[8..16].copy_from_slice(&got[8..16]);
    program.ask(REPLY, 3, &reply);
    let mut answers = [program.answer(), program.answer()];
    answers.sort_by_key(|answer| answer.1);
    assert_eq!(answers[0], (SEND, 2, STATUS_SUCCESS, b"ping".to_vec()));
    assert_eq!(answers[1], (REPLY, 3, STATUS_SUCCESS, vec![]));
}

#[test]
fn a_program_that_vanishes_leaves_its_place() {
    let bench = Bench::new();
    let mut first = bench.program();
    assert_eq!(first.status(CONNECT, b"hello"), STATUS_SUCCESS);
    let full = bench.program().status(CONNECT, b"hello");
    assert_eq!(full, port::connection::STATUS_CONNECTION_COUNT_LIMIT);
    first.ask(SEND, 2, &sent(4, b"ping"));
    drop(first);
    let begun = std::time::Instant::now();
    while bench.program().status(CONNECT, b"hello") != STATUS_SUCCESS {
        assert!(begun.elapsed().as_secs() < 20, "the place stays taken");
        std::thread::yield_now();
    }
}

#[test]
fn nonsense_is_named_and_what_follows_is_understood() {
    let bench = Bench::new();
    let mut program = bench.program();
    program.ask(42, 5, &[]);
    let (kind, token, status, text) = program.answer();
    assert_eq!((kind, token, status), (42, 5, STATUS_INVALID_PARAMETER));
    assert_eq!(text, b"there are no requests of kind 42");
    assert_eq!(program.status(CONNECT, b"hello"), STATUS_SUCCESS);
    program.0.write_all(&[0xff; 4]).expect("the session reads");
    assert_eq!(program.answer().2, STATUS_INVALID_PARAMETER);
    assert_eq!(program.0.read(&mut [0; 1]).expect("the end"), 0);
}
