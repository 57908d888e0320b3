//! The parent of a scenario: starts this program again as the child, takes its report, ends it when it hangs.

use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitCode, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};

use super::{Scenario, interrupt, replay, sweep};
use crate::port_socket;
use crate::report::{self, Report, Verdict};
use crate::verify::fault::Faults;

/// The child ends itself at its timeout and reports; it is killed only if it cannot.
pub(super) const PATIENCE: Duration = Duration::from_secs(15);

/// How long a mount may take to end: its driver has to finish what it has begun, and to unload.
const GRACE: Duration = Duration::from_secs(60);

/// How often the parent looks whether it was interrupted.
pub(super) const GLANCE: Duration = Duration::from_millis(100);

/// Runs the scenario of this command line in a child process called `subcommand`.
pub fn run(subcommand: &str, scenario: &Scenario) -> ExitCode {
    let outcome = interrupt::watch().and_then(|()| run_all(subcommand, scenario));
    match outcome {
        // A mount is meant to be ended so.
        Err(_) if interrupt::requested() => interrupt::exit_code(),
        Ok(_) if interrupt::requested() && scenario.mountpoint.is_none() => interrupt::exit_code(),
        Ok(report) => show(&report, scenario),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// One run, or those of a sweep.
fn run_all(subcommand: &str, scenario: &Scenario) -> Result<Report> {
    for (path, option) in [(&scenario.json, "--json"), (&scenario.html, "--html")] {
        if let Some(path) = path {
            // Told before minutes of work rather than after.
            File::create(path)
                .with_context(|| format!("{}: {option} cannot be written", path.display()))?;
        }
    }
    if scenario.faults == Faults::Sweep {
        return sweep::run(subcommand, scenario);
    }
    let spinner = spinner(scenario);
    let report = run_child(subcommand, scenario, &[], |_, _| ());
    spinner.finish_and_clear();
    report
}

/// One run with this command line and `more`; `judge` sees the volume and the report before the volume is removed.
///
/// In a sweep a volume of the user's is copied for each run.
///
/// # Errors
/// The child cannot be started.
pub fn run_child(
    subcommand: &str,
    scenario: &Scenario,
    more: &[&str],
    judge: impl FnOnce(&Path, &mut Report),
) -> Result<Report> {
    let arguments = std::env::args_os().skip(2);
    let more = more.iter().map(OsString::from);
    let (mut report, scratch) = start(subcommand, scenario, arguments.chain(more).collect())?;
    if let Some(scratch) = scratch {
        judge(scratch.path(), &mut report);
    }
    Ok(report)
}

/// The same workload without a driver.
///
/// # Errors
/// The child cannot be started.
pub fn run_baseline(scenario: &Scenario, look: impl FnOnce(&Path)) -> Result<()> {
    let numbers = [
        ("--ops", scenario.ops),
        ("--threads", scenario.threads.into()),
        ("--seed", scenario.seed),
        ("--timeout-s", scenario.timeout_s),
    ];
    let numbers = numbers
        .iter()
        .flat_map(|(name, value)| [(*name).to_owned(), value.to_string()]);
    let mut arguments: Vec<OsString> = numbers.map(OsString::from).collect();
    arguments.extend(["--workload".into(), scenario.workload.clone().into()]);
    let (_, scratch) = start("child-baseline", scenario, arguments)?;
    if let Some(scratch) = scratch {
        look(scratch.path());
    }
    Ok(())
}

type Ran = (Report, Option<tempfile::TempDir>);

fn start(subcommand: &str, scenario: &Scenario, arguments: Vec<OsString>) -> Result<Ran> {
    let program = std::env::current_exe().context("this program's own file is not known")?;
    // Made here, so that it is removed however the child ends.
    let scratch = volume(scenario)?;
    let volume = scratch
        .iter()
        .flat_map(|scratch| ["--volume".as_ref(), scratch.path().as_os_str()]);
    let further = match scenario.also.is_empty() {
        true => None,
        false => {
            let made = scratch_directory();
            Some(made.context("no scratch directory can be made for further volumes")?)
        }
    };
    let also_in = further
        .iter()
        .flat_map(|further| ["--also-in".as_ref(), further.path().as_os_str()]);
    let mut child = Command::new(program)
        .arg(subcommand)
        .args(arguments)
        .args(volume)
        .args(also_in)
        .stdout(Stdio::piped())
        .spawn()
        .context("the child process cannot be started")?;
    let output = child.stdout.take().context("the child has no output")?;
    let limit = Duration::from_secs(scenario.timeout_s).saturating_add(PATIENCE);
    let text = read_within(&mut child, output, limit, scenario.mountpoint.is_some());
    let status = child.wait().context("the child cannot be waited for")?;
    if let Some(ports) = &scenario.ports {
        // A child that stopped in the middle leaves its sockets.
        port_socket::sweep(ports);
    }
    let lost = |_| Report {
        verdict: Verdict::Error,
        error: Some(format!("the child ended without a report ({status})")),
        seed: scenario.seed,
        ..Report::default()
    };
    let mut report = serde_json::from_slice(&text).unwrap_or_else(lost);
    report.replay = replay::command(scenario.seed);
    Ok((report, scratch))
}

/// The scratch directory of a run: empty, or in a sweep a copy of the user's directory; none where that one is used.
fn volume(scenario: &Scenario) -> Result<Option<tempfile::TempDir>> {
    let no_scratch = "no scratch directory can be made for the volume";
    let Some(users) = &scenario.volume else {
        return scratch_directory().map(Some).context(no_scratch);
    };
    if scenario.faults != Faults::Sweep {
        return Ok(None);
    }
    let scratch = tempfile::tempdir().context(no_scratch)?;
    let status = Command::new("cp")
        .args(["--archive", "--reflink=auto", "--"])
        .arg(users.join("."))
        .arg(scratch.path())
        .status()
        .context("cp cannot be started")?;
    anyhow::ensure!(
        status.success(),
        "{} cannot be copied for the sweep",
        users.display()
    );
    Ok(Some(scratch))
}

/// A directory where TMPDIR says, else in memory where there is room, else where temporary files go.
pub(super) fn scratch_directory() -> std::io::Result<tempfile::TempDir> {
    if std::env::var_os("TMPDIR").is_some() {
        return tempfile::tempdir();
    }
    const MEMORY: &str = "/dev/shm";
    const ROOM: u64 = 1 << 30;
    let room = rustix::fs::statvfs(MEMORY).map_or(0, |fs| fs.f_bavail * fs.f_frsize);
    if room >= ROOM {
        return tempfile::tempdir_in(MEMORY).or_else(|_| tempfile::tempdir());
    }
    tempfile::tempdir()
}

/// Shows that something happens, and for how long already; on a terminal only.
fn spinner(scenario: &Scenario) -> ProgressBar {
    if scenario.mountpoint.is_some() {
        // The child knows more.
        return ProgressBar::hidden();
    }
    let title = format!("running {}", scenario.workload);
    let spinner = ProgressBar::new_spinner().with_message(title);
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
        spinner.set_style(style);
    }
    spinner.enable_steady_tick(Duration::from_millis(120));
    spinner
}

/// What the child writes; after `limit` it is killed, and when the user asks to stop it is killed or, with `asks`, told to
/// end and given the time to.
fn read_within(
    child: &mut Child,
    mut output: ChildStdout,
    mut limit: Duration,
    asks: bool,
) -> Vec<u8> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut text = Vec::new();
        // A child that died in the middle of its report is told by its status.
        let _ = output.read_to_end(&mut text);
        let _ = sender.send(text);
    });
    let begun = Instant::now();
    let mut asked = false;
    loop {
        match receiver.recv_timeout(GLANCE) {
            Ok(text) => return text,
            Err(RecvTimeoutError::Timeout) if begun.elapsed() < limit => {}
            Err(_) => break,
        }
        if interrupt::requested() && !asked {
            if !asks {
                break;
            }
            asked = true;
            limit = begun.elapsed() + GRACE;
            terminate(child);
        }
    }
    // It may have ended in this moment.
    let _ = child.kill();
    Vec::new()
}

/// Tells the child to end in order.
fn terminate(child: &Child) {
    if let Some(id) = rustix::process::Pid::from_raw(child.id().cast_signed()) {
        // It may have ended in this moment.
        let _ = rustix::process::kill_process(id, rustix::process::Signal::TERM);
    }
}

/// Shows a report and gives the exit status that it stands for.
pub(super) fn show(report: &Report, scenario: &Scenario) -> ExitCode {
    if let Err(error) = write_json(report, scenario).and_then(|()| write_html(report, scenario)) {
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

fn write_html(report: &Report, scenario: &Scenario) -> Result<()> {
    let Some(path) = &scenario.html else {
        return Ok(());
    };
    std::fs::write(path, report::html(report))
        .with_context(|| format!("{}: --html cannot be written", path.display()))
}
