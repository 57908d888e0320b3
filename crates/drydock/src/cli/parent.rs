//! The parent of a scenario: starts this program again as the child, takes its report, ends it when it hangs.

use std::fs::File;
use std::io::Read;
use std::process::{Child, ChildStdout, Command, ExitCode, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};

use super::{Scenario, interrupt};
use crate::port_socket;
use crate::report::{self, Report, Verdict};
use crate::verify::fault::Faults;

/// The child ends itself at its timeout and reports; it is killed only if it cannot.
pub(super) const PATIENCE: Duration = Duration::from_secs(15);

/// How often the parent looks whether it was interrupted.
pub(super) const GLANCE: Duration = Duration::from_millis(100);

/// Runs the scenario of this command line in a child process called `subcommand`.
pub fn run(subcommand: &str, scenario: &Scenario) -> ExitCode {
    let outcome = interrupt::watch().and_then(|()| run_all(subcommand, scenario));
    match outcome {
        _ if interrupt::requested() => interrupt::exit_code(),
        Ok(report) => show(&report, scenario),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// One run; with `--faults sweep` one for each place that asks for memory, up to the first that goes wrong.
fn run_all(subcommand: &str, scenario: &Scenario) -> Result<Report> {
    if scenario.faults != Faults::Sweep {
        return run_child(subcommand, scenario, 0);
    }
    let mut injected = 0;
    for site in 0.. {
        let mut report = run_child(subcommand, scenario, site)?;
        injected += report.faults_injected;
        report.faults_injected = injected;
        let right = matches!(report.verdict, Verdict::Clean | Verdict::Refused);
        if !right || report.fault_sites <= site || interrupt::requested() {
            return Ok(report);
        }
    }
    anyhow::bail!("a sweep has an end")
}

fn run_child(subcommand: &str, scenario: &Scenario, site: u64) -> Result<Report> {
    if let Some(path) = &scenario.json {
        // Told before minutes of work rather than after.
        File::create(path)
            .with_context(|| format!("{}: --json cannot be written", path.display()))?;
    }
    let program = std::env::current_exe().context("this program's own file is not known")?;
    // Made here, so that it is removed however the child ends.
    let scratch = match scenario.volume {
        Some(_) => None,
        None => {
            Some(scratch_directory().context("no scratch directory can be made for the volume")?)
        }
    };
    let volume = scratch
        .iter()
        .flat_map(|scratch| ["--volume".as_ref(), scratch.path().as_os_str()]);
    let sweep = (scenario.faults == Faults::Sweep)
        .then(|| ["--fault-site".to_owned(), site.to_string()])
        .into_iter()
        .flatten();
    let mut child = Command::new(program)
        .arg(subcommand)
        .args(std::env::args_os().skip(2))
        .args(volume)
        .args(sweep)
        .stdout(Stdio::piped())
        .spawn()
        .context("the child process cannot be started")?;
    let output = child.stdout.take().context("the child has no output")?;
    let limit = Duration::from_secs(scenario.timeout_s) + PATIENCE;
    let spinner = spinner(scenario, site);
    let text = read_within(&mut child, output, limit);
    spinner.finish_and_clear();
    let status = child.wait().context("the child cannot be waited for")?;
    if let Some(ports) = &scenario.ports {
        // A child that stopped in the middle leaves its sockets.
        port_socket::sweep(ports);
    }
    Ok(serde_json::from_slice(&text).unwrap_or_else(|_| Report {
        verdict: Verdict::Error,
        error: Some(format!("the child ended without a report ({status})")),
        seed: scenario.seed,
        ..Report::default()
    }))
}

/// A directory in memory where there is room, else where temporary files go.
pub(super) fn scratch_directory() -> std::io::Result<tempfile::TempDir> {
    const MEMORY: &str = "/dev/shm";
    const ROOM: u64 = 1 << 30;
    let room = rustix::fs::statvfs(MEMORY).map_or(0, |fs| fs.f_bavail * fs.f_frsize);
    if room >= ROOM {
        return tempfile::tempdir_in(MEMORY).or_else(|_| tempfile::tempdir());
    }
    tempfile::tempdir()
}

/// Shows that something happens, and for how long already; on a terminal only.
fn spinner(scenario: &Scenario, site: u64) -> ProgressBar {
    let mut title = format!("running {}", scenario.workload);
    if scenario.faults == Faults::Sweep {
        title.push_str(&format!(", allocation {} fails", site + 1));
    }
    let spinner = ProgressBar::new_spinner().with_message(title);
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
        spinner.set_style(style);
    }
    spinner.enable_steady_tick(Duration::from_millis(120));
    spinner
}

/// What the child writes; after `limit`, or when the user asks to stop, it is killed.
fn read_within(child: &mut Child, mut output: ChildStdout, limit: Duration) -> Vec<u8> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut text = Vec::new();
        // A child that died in the middle of its report is told by its status.
        let _ = output.read_to_end(&mut text);
        let _ = sender.send(text);
    });
    let begun = Instant::now();
    loop {
        match receiver.recv_timeout(GLANCE) {
            Ok(text) => return text,
            Err(RecvTimeoutError::Timeout)
                if begun.elapsed() < limit && !interrupt::requested() => {}
            Err(_) => break,
        }
    }
    // It may have ended in this moment.
    let _ = child.kill();
    Vec::new()
}

/// Shows a report and gives the exit status that it stands for.
pub(super) fn show(report: &Report, scenario: &Scenario) -> ExitCode {
    if let Err(error) = write_json(report, scenario) {
        eprintln!("error: {error:#}");
        return ExitCode::FAILURE;
    }
    match &report.error {
        Some(error) if report.verdict == Verdict::Error && report.violations.is_empty() => {
            eprintln!("error: {error}")
        }
        _ => print!("{}", report::summary(report)),
    }
    ExitCode::from(u8::try_from(report.verdict.exit_code()).unwrap_or(1))
}

fn write_json(report: &Report, scenario: &Scenario) -> Result<()> {
    let Some(path) = &scenario.json else {
        return Ok(());
    };
    let file = File::create(path)
        .with_context(|| format!("{}: --json cannot be written", path.display()))?;
    serde_json::to_writer_pretty(file, report)
        .with_context(|| format!("{}: --json cannot be written", path.display()))
}
