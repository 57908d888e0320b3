//! The judge — violations are collected and the run goes on; a bug check ends the child process with its report.

pub mod fault;
pub mod hvci;
pub mod rule;
pub mod sample;
pub mod timeline;
pub mod trace;
pub mod watchdog;

use std::sync::Mutex;

pub use rule::Rule;

use crate::exports::gate::Call;
use crate::model::modules;
use crate::report::{self, BugCheck, Violation};

/// Findings so far with the address they were made at, one entry per rule, function and caller.
type Findings = Mutex<Vec<(Violation, usize)>>;

static VIOLATIONS: Findings = Mutex::new(Vec::new());
static WARNINGS: Findings = Mutex::new(Vec::new());

/// More distinct violations than this are counted into the last entry only.
const MOST_VIOLATIONS: usize = 1000;

/// Records that the driver broke `rule`; function and caller are those of the import call in progress.
#[cold]
pub fn violation(rule: Rule, detail: impl Into<String>) {
    let call = Call::current();
    record(
        &VIOLATIONS,
        rule,
        call.function(),
        call.caller,
        detail.into(),
    );
}

/// Records what is no violation in this run, but would be one under stricter rules.
#[cold]
pub fn warning(rule: Rule, detail: impl Into<String>) {
    let call = Call::current();
    record(&WARNINGS, rule, call.function(), call.caller, detail.into());
}

/// Records that the driver broke `rule` at `site`, outside any import call (a callback's return, unload, …).
#[cold]
pub fn violation_at(rule: Rule, site: &str, detail: impl Into<String>) {
    record(&VIOLATIONS, rule, site, 0, detail.into());
}

/// Records that the driver broke `rule` in the call it made from `caller` some time ago (a leak).
#[cold]
pub fn violation_from(rule: Rule, function: &str, caller: usize, detail: impl Into<String>) {
    record(&VIOLATIONS, rule, function, caller, detail.into());
}

fn record(findings: &Findings, rule: Rule, function: &str, caller: usize, detail: String) {
    trace::line(|| format!("VIOLATION {} in {function}: {detail}", rule.name));
    timeline::note("broken rules", None, || {
        ["broken rule".into(), rule.name.into(), detail.clone()]
    });
    let Ok(mut all) = findings.lock() else {
        return;
    };
    let known = all.iter_mut().find(|(old, address)| {
        old.rule == rule.name && old.function == function && *address == caller
    });
    if let Some((old, _)) = known {
        old.count += 1;
    } else if all.len() < MOST_VIOLATIONS {
        let violation = Violation {
            rule: rule.name.to_owned(),
            code: rule.code_text(),
            function: function.to_owned(),
            caller: modules::describe(caller),
            detail,
            count: 1,
        };
        all.push((violation, caller));
    }
}

/// The same for a warning.
#[cold]
pub fn warning_from(rule: Rule, function: &str, caller: usize, detail: impl Into<String>) {
    record(&WARNINGS, rule, function, caller, detail.into());
}

/// The violations recorded so far.
#[must_use]
pub fn violations() -> Vec<Violation> {
    all_of(&VIOLATIONS)
}

/// The warnings recorded so far.
#[must_use]
pub fn warnings() -> Vec<Violation> {
    all_of(&WARNINGS)
}

fn all_of(findings: &Findings) -> Vec<Violation> {
    findings
        .lock()
        .map(|all| all.iter().map(|(finding, _)| finding.clone()).collect())
        .unwrap_or_default()
}

/// `KeBugCheckEx` — ends the run with a stop code; the child writes its report and exits with status 4.
#[cold]
pub fn bugcheck(code: u32, parameters: [u64; 4], detail: impl Into<String>) -> ! {
    let call = Call::current();
    bugcheck_at(code, parameters, call.function(), call.caller, detail)
}

/// `KeBugCheckEx` — the same for a stop whose place in the driver is known (a fault).
#[cold]
pub fn bugcheck_at(
    code: u32,
    parameters: [u64; 4],
    function: &str,
    caller: usize,
    detail: impl Into<String>,
) -> ! {
    report::end_with_bugcheck(BugCheck {
        code: format!("{code:#x}"),
        name: rule::stop_name(code).to_owned(),
        parameters: parameters
            .map(|parameter| format!("{parameter:#x}"))
            .to_vec(),
        function: function.to_owned(),
        caller: modules::describe(caller),
        detail: detail.into(),
    })
}

/// A thread would wait for itself for ever: 0xC4/0x1000 instead of a hang.
#[cold]
pub fn self_deadlock(address: usize, detail: impl Into<String>) -> ! {
    let thread = crate::model::thread::current().kthread() as u64;
    bugcheck(0xC4, [0x1000, address as u64, thread, 0], detail)
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::model::flt_fixture::serial;
    use crate::model::thread;

    /// Runs `body` on a thread of its own and gives back the names of the rules broken in `function`.
    pub fn violations_of(function: &str, body: impl FnOnce() + Send) -> Vec<String> {
        // Two tests may break rules at the same place.
        let serial = serial();
        let known = violations();
        serial.on_a_thread(|| {
            let _ = thread::current();
            body();
        });
        let mut new = violations();
        new.retain(|violation| {
            let before = known.iter().find(|old| {
                (&old.rule, &old.function, &old.caller)
                    == (&violation.rule, &violation.function, &violation.caller)
            });
            violation.function == function && before.is_none_or(|old| old.count < violation.count)
        });
        new.into_iter().map(|violation| violation.rule).collect()
    }

    #[test]
    fn the_same_violation_is_counted_once_more() {
        for _ in 0..3 {
            violation_at(rule::POOL_LEAK, "counted", "x");
        }
        let all = violations();
        let counted: Vec<_> = all
            .iter()
            .filter(|violation| violation.function == "counted")
            .collect();
        assert_eq!((counted.len(), counted[0].count), (1, 3));
    }
}
