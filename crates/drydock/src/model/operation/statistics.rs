//! What went through the stack, for the report: operations by major function and way, and some of the names.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::flow::Phase;
use super::major;
use crate::model::file_system::Request;

/// Names kept for each kind of operation.
const SAMPLES: usize = 3;

struct Counter {
    operations: AtomicU64,
    pre: AtomicU64,
    post: AtomicU64,
}

static COUNTERS: [[Counter; 256]; 3] = [const {
    [const {
        Counter {
            operations: AtomicU64::new(0),
            pre: AtomicU64::new(0),
            post: AtomicU64::new(0),
        }
    }; 256]
}; 3];

static NAMES: Mutex<BTreeMap<u8, Vec<String>>> = Mutex::new(BTreeMap::new());

/// One row of the table of operations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// `IRP_MJ_CREATE`.
    pub major: &'static str,
    /// `irp`, `fast I/O`, `FsFilter`.
    pub path: &'static str,
    /// Operations that ended.
    pub operations: u64,
    /// Pre-operation callbacks run.
    pub pre: u64,
    /// Post-operation callbacks run.
    pub post: u64,
    /// Some of the names they were about.
    pub names: Vec<String>,
}

fn counter(major: u8, request: Request) -> &'static Counter {
    &COUNTERS[request as usize][usize::from(major)]
}

/// Counts an operation that has ended.
pub fn count(major: u8, request: Request) {
    counter(major, request)
        .operations
        .fetch_add(1, Ordering::Relaxed);
}

/// Counts a callback.
pub fn count_callback(major: u8, request: Request, phase: Phase) {
    let counter = counter(major, request);
    let counted = match phase {
        Phase::Pre => &counter.pre,
        Phase::Post => &counter.post,
    };
    counted.fetch_add(1, Ordering::Relaxed);
}

/// Whether the report still wants a name for this kind of operation.
pub fn wants_name(major: u8, request: Request) -> bool {
    counter(major, request).operations.load(Ordering::Relaxed) < SAMPLES as u64
}

/// Keeps a name that an operation was about.
pub fn note_name(major: u8, name: String) {
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    let samples = names.entry(major).or_default();
    if samples.len() < SAMPLES && !samples.contains(&name) {
        samples.push(name);
    }
}

/// Everything counted so far, ordered by major function.
pub fn rows() -> Vec<Row> {
    let names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    let mut rows = Vec::new();
    for code in 0..=255 {
        for request in [Request::Irp, Request::FastIo, Request::FsFilter] {
            let counter = counter(code, request);
            let operations = counter.operations.load(Ordering::Relaxed);
            if operations != 0 {
                rows.push(Row {
                    major: major::names(code).name,
                    path: request.label(),
                    operations,
                    pre: counter.pre.load(Ordering::Relaxed),
                    post: counter.post.load(Ordering::Relaxed),
                    names: names.get(&code).cloned().unwrap_or_default(),
                });
            }
        }
    }
    rows
}

/// Operations that ended, of every kind.
pub fn total() -> u64 {
    COUNTERS
        .iter()
        .flatten()
        .map(|counter| counter.operations.load(Ordering::Relaxed))
        .sum()
}
