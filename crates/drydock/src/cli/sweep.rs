//! `--faults sweep` — one run to see which calls may fail, then one for each of them, until no new call stack appears.

use std::collections::{HashSet, VecDeque};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};

use super::{Scenario, contents, interrupt, parent, replay};
use crate::report::{BadRun, Report, Sweep, Verdict};
use crate::verify::fault::{FallibleStack, Strike};

/// One run to be done.
struct Job {
    strike: Strike,
    stack: FallibleStack,
}

/// What the workers share.
struct State {
    jobs: VecDeque<Job>,
    known: HashSet<u64>,
    sites: HashSet<(String, String)>,
    running: usize,
    total: Report,
    sweep: Sweep,
    error: Option<anyhow::Error>,
}

/// Runs the sweep and returns the report of the run without failures, with what the others added.
///
/// # Errors
/// A child cannot be started.
pub fn run(subcommand: &str, scenario: &Scenario) -> Result<Report> {
    let untouched = contents::without_driver(scenario)?;
    let judge = |scratch: &Path, report: &mut Report| untouched.compare(scratch, report);
    let look = parent::run_child(subcommand, scenario, &["--faults", "sweep"], judge)?;
    if look.verdict != Verdict::Clean {
        return Ok(look); // wrong already where nothing fails
    }
    let state = Mutex::new(State::new(look));
    let bar = progress();
    let worker = || {
        while let Some(job) = next(&state) {
            let faults = job.strike.to_string();
            let outcome = parent::run_child(subcommand, scenario, &["--faults", &faults], judge);
            finish(&state, &job, outcome);
            show(&bar, &state);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..workers() {
            scope.spawn(worker);
        }
        worker();
    });
    bar.finish_and_clear();
    let state = state.into_inner().unwrap_or_else(PoisonError::into_inner);
    state.into_report()
}

fn workers() -> usize {
    std::thread::available_parallelism().map_or(1, Into::into)
}

/// The next job; waits while another worker may still find one.
fn next(state: &Mutex<State>) -> Option<Job> {
    loop {
        let mut locked = state.lock().unwrap_or_else(PoisonError::into_inner);
        if interrupt::requested() || locked.error.is_some() {
            return None;
        }
        if let Some(job) = locked.jobs.pop_front() {
            locked.running += 1;
            return Some(job);
        }
        if locked.running == 0 {
            return None;
        }
        drop(locked);
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

fn finish(state: &Mutex<State>, job: &Job, outcome: Result<Report>) {
    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
    state.running -= 1;
    match outcome {
        Ok(report) => state.take(job, report),
        Err(error) => state.error = Some(error),
    }
}

impl State {
    fn new(look: Report) -> Self {
        let mut state = Self {
            jobs: VecDeque::new(),
            known: HashSet::new(),
            sites: HashSet::new(),
            running: 0,
            sweep: Sweep::default(),
            error: None,
            total: Report::default(),
        };
        state.discover(&look.faults.stacks);
        state.total = look;
        state
    }

    /// Takes up stacks that were not seen before.
    fn discover(&mut self, stacks: &[FallibleStack]) {
        for stack in stacks {
            let Ok(hash) = u64::from_str_radix(&stack.hash, 16) else {
                continue;
            };
            if !self.known.insert(hash) {
                continue;
            }
            let innermost = stack.frames.split(" < ").next().unwrap_or_default();
            self.sites
                .insert((stack.function.clone(), innermost.to_owned()));
            self.jobs.extend((0..stack.answers.len()).map(|answer| Job {
                strike: Strike {
                    stack: hash,
                    answer,
                },
                stack: stack.clone(),
            }));
        }
    }

    fn take(&mut self, job: &Job, report: Report) {
        self.sweep.runs += 1;
        self.sweep.missed += u64::from(report.faults.injected == 0);
        self.total.faults.injected += report.faults.injected;
        self.discover(&report.faults.stacks);
        if !matches!(report.verdict, Verdict::Clean | Verdict::Refused) {
            self.keep(job, report);
        }
    }

    /// Adds a bad run to the total; the first stop stays.
    fn keep(&mut self, job: &Job, report: Report) {
        self.sweep.bad.push(BadRun {
            function: job.stack.function.clone(),
            answer: job
                .stack
                .answers
                .get(job.strike.answer)
                .cloned()
                .unwrap_or_default(),
            frames: job.stack.frames.clone(),
            outcome: outcome(&report),
            replay: replay::with_faults(&job.strike.to_string()),
        });
        for import in report.unimplemented {
            if !self.total.unimplemented.contains(&import) {
                self.total.unimplemented.push(import);
            }
        }
        for violation in report.violations {
            let same = |known: &&mut crate::report::Violation| {
                (&known.rule, &known.function, &known.caller)
                    == (&violation.rule, &violation.function, &violation.caller)
            };
            match self.total.violations.iter_mut().find(same) {
                Some(known) => known.count += violation.count,
                None => self.total.violations.push(violation),
            }
        }
        if self.total.bugcheck.is_none() {
            self.total.bugcheck = report.bugcheck;
        }
        if report.verdict.exit_code() > self.total.verdict.exit_code()
            || report.verdict == Verdict::Error
        {
            self.total.verdict = report.verdict;
            self.total.error = report.error;
        }
    }

    fn into_report(mut self) -> Result<Report> {
        if let Some(error) = self.error {
            return Err(error);
        }
        self.sweep.stacks = self.known.len() as u64;
        self.sweep.sites = self.sites.len() as u64;
        self.total.sweep = Some(self.sweep);
        Ok(self.total)
    }
}

/// What a run came to, in a line.
fn outcome(report: &Report) -> String {
    if let Some(stop) = &report.bugcheck {
        return format!(
            "{} ({}) in {} from {}",
            stop.name, stop.code, stop.function, stop.caller
        );
    }
    if let Some(first) = report.violations.first() {
        let more = report.violations.len() - 1;
        let rest = if more > 0 {
            format!(", and {more} more")
        } else {
            String::new()
        };
        return format!(
            "{} in {} from {}: {}{rest}",
            first.rule, first.function, first.caller, first.detail
        );
    }
    if !report.unimplemented.is_empty() {
        return format!("not modelled: {}", report.unimplemented.join(", "));
    }
    report
        .error
        .clone()
        .unwrap_or_else(|| format!("{:?}", report.leaks))
}

fn progress() -> ProgressBar {
    let bar = ProgressBar::new(0);
    if let Ok(style) =
        ProgressStyle::with_template("failing each call  {bar:30} {pos}/{len}  {msg}  {elapsed}")
    {
        bar.set_style(style);
    }
    bar
}

fn show(bar: &ProgressBar, state: &Mutex<State>) {
    let state = state.lock().unwrap_or_else(PoisonError::into_inner);
    bar.set_length(state.sweep.runs + (state.jobs.len() + state.running) as u64);
    bar.set_position(state.sweep.runs);
    bar.set_message(format!(
        "{} stacks, {} bad",
        state.known.len(),
        state.sweep.bad.len()
    ));
}
