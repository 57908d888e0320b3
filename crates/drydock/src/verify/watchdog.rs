//! The watchdog — ends a run that takes too long and says what each thread waits for.

use std::time::Duration;

use super::sample::{self, Busy};
use super::{bugcheck_at, rule, violation_at, violation_from};
use crate::model::bounds::DISPATCH;
use crate::model::{modules, thread};
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
    let waits: Vec<String> = thread::all()
        .iter()
        .filter_map(|thread| {
            Some(format!(
                "thread {} waits for {}",
                thread.id,
                thread.waiting_now()?
            ))
        })
        .collect();
    let busy = sample::busy();
    report::with(|report| report.error = Some(error.clone()));
    if waits.is_empty() && busy.is_empty() {
        report::end(Some(Verdict::Error));
    }
    for found in &busy {
        looping(found, &error);
    }
    if !waits.is_empty() {
        let detail = format!("{error}: {}", waits.join("; "));
        violation_at(rule::HANG, "watchdog", detail);
    }
    report::end(Some(Verdict::Violations))
}

/// A thread that neither comes back nor waits. At a raised level Windows has a watchdog of its own.
fn looping(found: &Busy, error: &str) {
    let at = modules::describe(found.address);
    let what = match found.function {
        Some(function) => format!("{function}, called at {at}"),
        None => format!("driver code at {at}"),
    };
    let (thread, site, irql) = (found.thread, &found.site, found.irql);
    let detail = format!("{error}: thread {thread} runs {what} in {site} at IRQL {irql}");
    if irql >= DISPATCH {
        // Parameter 1: the system spent too long at DISPATCH_LEVEL or above in all.
        bugcheck_at(0x133, [1, 0, 0, 0], site, found.address, detail);
    }
    violation_from(rule::HANG, site, found.address, detail);
}
