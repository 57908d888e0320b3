//! The end of a run: the report is completed, sent to the parent process, and the child exits.

use std::fs::File;
use std::io::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{BugCheck, Leaks, Report, Schedule, Verdict};
use crate::exports;
use crate::image::kernel_stack;
use crate::model::{rundown, schedule};
use crate::verify::{self, timeline, trace};

static DESTINATION: Mutex<Option<File>> = Mutex::new(None);
static ENDING: AtomicBool = AtomicBool::new(false);

/// Sets where the report of this child goes.
pub fn send_to(destination: File) {
    if let Ok(mut slot) = DESTINATION.lock() {
        *slot = Some(destination);
    }
}

/// Ends the run: completes the report, sends it and exits. `error` makes it the verdict `error` or, given, `refused`.
pub fn end(stated: Option<Verdict>) -> ! {
    finish(stated, None)
}

/// Ends the run with a stop.
pub fn end_with_bugcheck(stop: BugCheck) -> ! {
    finish(Some(Verdict::Bugcheck), Some(stop))
}

fn finish(stated: Option<Verdict>, stop: Option<BugCheck>) -> ! {
    // Other threads may still run; the first to end wins, the rest wait for the process to go.
    while ENDING.swap(true, Ordering::SeqCst) {
        std::thread::sleep(std::time::Duration::from_secs(1));
    }
    let mut report = super::with(|report| report.clone());
    complete(&mut report, stop);
    report.verdict = stated.unwrap_or_else(|| judge(&report));
    trace::flush();
    let sent = send(&report);
    if cfg!(test) {
        eprintln!("{}", super::summary(&report));
    }
    std::process::exit(if sent { report.verdict.exit_code() } else { 1 })
}

fn complete(report: &mut Report, stop: Option<BugCheck>) {
    report.violations = verify::violations();
    report.warnings = verify::warnings();
    report.bugcheck = stop;
    super::filter_manager::complete(report);
    report.interventions.complete();
    report.calls = exports::all()
        .filter(|export| export.calls() > 0)
        .map(|export| (export.name.to_owned(), export.calls()))
        .collect();
    report.schedule = schedule::told().map(|(seed, strategy, counts)| Schedule {
        seed,
        strategy: strategy.to_string(),
        points: counts.points,
        switches: counts.switches,
        digest: format!("{:016x}", counts.digest),
    });
    report.unimplemented.sort();
    report.timeline = timeline::take();
    (report.rundown.acquired, report.rundown.released) = rundown::totals();
    report.faults = verify::fault::outcome();
    report.stack_peak_bytes = kernel_stack::deepest() as u64;
    report.peak_memory_kib = peak_memory_kib();
}

fn judge(report: &Report) -> Verdict {
    let clean = report.violations.is_empty()
        && report.leaks == Leaks::default()
        && report.unimplemented.is_empty();
    if clean {
        Verdict::Clean
    } else {
        Verdict::Violations
    }
}

/// Peak resident set of this process, 0 where the system does not say.
fn peak_memory_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.split_whitespace().next())
        .and_then(|kib| kib.parse().ok())
        .unwrap_or(0)
}

fn send(report: &Report) -> bool {
    let Ok(mut slot) = DESTINATION.lock() else {
        return false;
    };
    let Some(destination) = slot.as_mut() else {
        return true;
    };
    serde_json::to_writer(&mut *destination, report).is_ok() && destination.flush().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unmodelled_import_is_not_clean() {
        let report = Report {
            unimplemented: vec!["FltTagFile".to_owned()],
            ..Report::default()
        };
        assert_eq!(judge(&report), Verdict::Violations);
    }

    #[test]
    fn a_leak_is_not_clean() {
        let report = Report {
            leaks: Leaks {
                contexts: 1,
                ..Leaks::default()
            },
            ..Report::default()
        };
        assert_eq!(judge(&report), Verdict::Violations);
        assert_eq!(judge(&Report::default()), Verdict::Clean);
    }
}
