//! The distinct call stacks of calls that may fail, in the order they appear.

use std::collections::HashSet;
use std::sync::{LazyLock, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::answers::Fallible;
use crate::model::backtrace;

/// One of them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct FallibleStack {
    /// Its number in `--faults stack:HASH:ANSWER`, hexadecimal.
    pub hash: String,
    /// The function.
    pub function: String,
    /// The driver's frames, innermost first.
    pub frames: String,
    /// What it may answer.
    pub answers: Vec<String>,
}

#[derive(Default)]
struct Seen {
    known: HashSet<u64>,
    all: Vec<FallibleStack>,
}

static SEEN: LazyLock<Mutex<Seen>> = LazyLock::new(Mutex::default);

/// Notes a call; true for the first one of its stack.
pub fn note(hash: u64, fallible: &Fallible, frames: &[usize]) -> bool {
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    let first = seen.known.insert(hash);
    if first {
        let answers = fallible.answers.iter();
        seen.all.push(FallibleStack {
            hash: format!("{hash:016x}"),
            function: fallible.function.to_owned(),
            frames: backtrace::describe(frames),
            answers: answers.map(|answer| answer.name.to_owned()).collect(),
        });
    }
    first
}

/// All of them.
pub fn all() -> Vec<FallibleStack> {
    let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    seen.all.clone()
}
