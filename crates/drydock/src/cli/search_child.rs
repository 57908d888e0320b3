//! The process that searches: it forks for every run, so that each begins with the same fresh kernel and costs little.
#![allow(unsafe_code)] // fork

use std::fs;
use std::io::{PipeReader, PipeWriter, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, WaitOptions, waitpid};
use serde::{Deserialize, Serialize};

use super::search::SearchArgs;
use super::{RunArgs, child};
use crate::image::Image;
use crate::model::bounds;
use crate::report::{self, Report, Verdict};

/// What the parent is told of a run.
#[derive(Serialize, Deserialize)]
pub enum Line {
    /// Nothing is wrong.
    Clean,
    /// This is.
    Wrong(Box<Report>),
}

/// Does one run after the other until one goes wrong; tells each on standard output.
pub fn run(args: &SearchArgs) -> ExitCode {
    match search(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn search(args: &SearchArgs) -> Result<()> {
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))
        .context("cannot be tied to the parent process")?;
    let scratch = args.run.scenario.volume.clone();
    let directory = scratch.context("no scratch directory")?.join("volume");
    warm_up(&args.run.driver)?;
    let mut out = std::io::stdout().lock();
    for (plan, seed) in args.runs() {
        fs::create_dir(&directory).context("a volume cannot be made")?;
        let mut scenario = args.scenario(plan, seed);
        scenario.volume = Some(directory.clone());
        let run = RunArgs {
            scenario,
            ..args.run.clone()
        };
        let report = in_fork(&run)?;
        let clean = report.verdict == Verdict::Clean;
        let line = match clean {
            true => Line::Clean,
            false => Line::Wrong(Box::new(report)),
        };
        writeln!(out, "{}", serde_json::to_string(&line)?).context("the parent is gone")?;
        fs::remove_dir_all(&directory).context("a volume cannot be removed")?;
        if !clean {
            break;
        }
    }
    Ok(())
}

/// Reads what every run would read again.
fn warm_up(driver: &Path) -> Result<()> {
    Image::open(driver)?;
    // What it finds does not matter.
    let _ = bounds::of("");
    let _ = report::status_text(0);
    Ok(())
}

/// One run in a process of its own; gives its report.
fn in_fork(run: &RunArgs) -> Result<Report> {
    let (reader, writer) = std::io::pipe().context("no pipe for the report")?;
    // SAFETY: this process has one thread and has started no simulated kernel, so nothing is left half done in the copy.
    match unsafe { libc::fork() } {
        -1 => bail!(
            "a run cannot be forked: {}",
            std::io::Error::last_os_error()
        ),
        0 => {
            drop(reader);
            in_child(run, writer)
        }
        pid => {
            drop(writer);
            take_report(reader, pid, run.scenario.seed)
        }
    }
}

fn in_child(run: &RunArgs, writer: PipeWriter) -> ! {
    let code = child::run_to(
        writer.into(),
        &run.scenario,
        Some((&run.driver, run.inf.as_deref())),
    );
    let failed = code != ExitCode::SUCCESS;
    std::process::exit(i32::from(failed))
}

fn take_report(mut reader: PipeReader, pid: i32, seed: u64) -> Result<Report> {
    let mut text = Vec::new();
    reader
        .read_to_end(&mut text)
        .context("the report cannot be read")?;
    let pid = Pid::from_raw(pid).context("fork gave no process")?;
    let status = waitpid(Some(pid), WaitOptions::empty()).context("a run cannot be waited for")?;
    Ok(serde_json::from_slice(&text).unwrap_or_else(|_| Report {
        verdict: Verdict::Error,
        error: Some(format!(
            "the run ended without a report ({:?})",
            status.map(|(_, status)| status)
        )),
        seed,
        ..Report::default()
    }))
}
