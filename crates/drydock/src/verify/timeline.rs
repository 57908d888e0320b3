//! The timeline for `--html` — operations and callbacks as they happen, when somebody wants it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::model::{thread, time};
use crate::report::{Event, Timeline};

static ON: AtomicBool = AtomicBool::new(false);
static TIMELINE: Mutex<Option<Timeline>> = Mutex::new(None);

/// Begins to take notes.
pub fn start() {
    if let Ok(mut timeline) = TIMELINE.lock() {
        *timeline = Some(Timeline::default());
    }
    ON.store(true, Ordering::Relaxed);
}

/// Whether notes are taken.
#[inline]
#[must_use]
pub fn on() -> bool {
    ON.load(Ordering::Relaxed)
}

/// Notes what began at `begun`, or just now, under a kind; `make` gives what it was, what about, and how it ended.
pub fn note(kind: &str, begun: Option<Duration>, make: impl FnOnce() -> [String; 3]) {
    if !on() {
        return;
    }
    let now = time::running();
    let begun = begun.unwrap_or(now);
    let [what, about, result] = make();
    let thread = thread::current();
    let event = Event {
        at_us: micros(begun),
        took_us: micros(now.saturating_sub(begun)),
        thread: thread.id,
        process: thread.process_id(),
        what,
        about,
        result,
    };
    if let Ok(mut timeline) = TIMELINE.lock()
        && let Some(timeline) = timeline.as_mut()
    {
        timeline.note(kind, event);
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// The notes of the run.
pub fn take() -> Option<Timeline> {
    ON.store(false, Ordering::Relaxed);
    TIMELINE.lock().ok()?.take()
}
