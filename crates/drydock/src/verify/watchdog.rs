//! The watchdog — ends a run that takes too long and says what each thread waits for.

use std::time::Duration;

use super::{rule, violation_at};
use crate::model::thread;
use crate::report::{self, Verdict};

/// Starts the watch over this process.
pub fn start(timeout_s: u64) {
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_secs(timeout_s));
        bite(timeout_s);
    });
}

fn bite(timeout_s: u64) -> ! {
    end(format!("the run did not end within {timeout_s} s"))
}

/// Every thread of a schedule waits, and no time-out is due.
pub fn deadlock() -> ! {
    end("no thread can run".to_owned())
}

fn end(error: String) -> ! {
    let mut waits = Vec::new();
    for thread in thread::all() {
        if let Some(waiting) = thread.waiting_now() {
            waits.push(format!("thread {} waits for {waiting}", thread.id));
        }
    }
    report::with(|report| report.error = Some(error.clone()));
    if waits.is_empty() {
        report::end(Some(Verdict::Error));
    }
    violation_at(
        rule::HANG,
        "watchdog",
        format!("{error}: {}", waits.join("; ")),
    );
    report::end(Some(Verdict::Violations))
}
