//! Watcher — a program that wants to be told of changes in a directory, as Explorer does of those it shows.

use std::time::Duration;

use minifilter_sys::*;

use super::check;
use crate::io::handle_notify::changes;
use crate::io::pending::Pending;
use crate::io::{CreateOptions, Handle, Io};

/// What it wants to be told of.
const FILTER: u32 = FILE_NOTIFY_CHANGE_FILE_NAME
    | FILE_NOTIFY_CHANGE_DIR_NAME
    | FILE_NOTIFY_CHANGE_ATTRIBUTES
    | FILE_NOTIFY_CHANGE_LAST_WRITE;
/// Bytes of its buffer: now and then more happens than it holds.
const BUFFER: u32 = 1024;

/// How long it waits for what has happened.
const PATIENCE: Duration = Duration::from_secs(5);

/// How its requests may end beside success: by a cancel, and with the directory.
const ENDS: [NTSTATUS; 2] = [STATUS_CANCELLED, STATUS_DELETE_PENDING];

/// Watcher — a directory with a request under way.
pub struct Watcher<'io> {
    path: String,
    // Goes first: its cleanup is what ends the request.
    directory: Handle<'io>,
    pending: Option<Pending>,
}

impl<'io> Watcher<'io> {
    /// Begins to watch a directory and all below it.
    pub fn begin(io: &'io Io, path: &str) -> Option<Self> {
        let options = CreateOptions::default()
            .access(FILE_LIST_DIRECTORY | SYNCHRONIZE)
            .with(FILE_DIRECTORY_FILE);
        let directory = check::success("watcher: open", path, io.create(path, options))?;
        let mut watcher = Self {
            path: path.to_owned(),
            directory,
            pending: None,
        };
        watcher.ask();
        Some(watcher)
    }

    fn ask(&mut self) {
        let asked = self.directory.notify_change(FILTER, true, BUFFER);
        self.pending = check::success("watcher: ask", &self.path, asked);
    }

    /// Waits until it has been told something: a filter may complete that in a thread of its own.
    pub fn wait(&self) {
        if let Some(pending) = &self.pending {
            pending.wait_for(PATIENCE);
        }
    }

    /// Looks whether it has been told something, and asks again.
    ///
    /// Gives the names it has been told, none if it has not or there were too many.
    pub fn turn(&mut self) -> Vec<String> {
        let Some(pending) = &self.pending else {
            self.ask();
            return Vec::new();
        };
        let Some(end) = pending.ended() else {
            return Vec::new();
        };
        let told = check::tolerate("watcher: told", &self.path, end, &ENDS);
        let changes = told.map_or(Ok(Vec::new()), |_| changes(pending.output()));
        let changes = check::success("watcher: read", &self.path, changes);
        self.ask();
        let names = changes.unwrap_or_default().into_iter();
        names.map(|change| change.name).collect()
    }
}
