//! `drydock search` — many schedules of the same plan, up to the first that goes wrong.

use std::fmt::Write;
use std::io::{BufRead, BufReader, IsTerminal};
use std::process::{ChildStdout, Command, ExitCode, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::search_child::Line;
use super::{RunArgs, Scenario, interrupt, parent};
use crate::report::{Report, Verdict};
use crate::scenario::disruption::{self, Disruption};

/// What is searched.
#[derive(Args, Clone)]
pub struct SearchArgs {
    #[command(flatten)]
    pub run: RunArgs,
    /// Schedules to try, of each plan
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = clap::value_parser!(u64).range(1..))]
    pub seeds: u64,
    /// The first of them
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    pub from: u64,
}

impl SearchArgs {
    /// The plans to go through: the one that was asked for, else all.
    pub fn plans(&self) -> Vec<Disruption> {
        let all = disruption::ALL.to_vec();
        self.run.scenario.plan.map_or(all, |plan| vec![plan])
    }

    /// Every run of the search, in order.
    pub fn runs(&self) -> impl Iterator<Item = (Disruption, u64)> {
        let (from, seeds) = (self.from, self.seeds);
        self.plans()
            .into_iter()
            .flat_map(move |plan| (from..from.saturating_add(seeds)).map(move |seed| (plan, seed)))
    }

    /// One of them.
    pub fn scenario(&self, plan: Disruption, seed: u64) -> Scenario {
        Scenario {
            plan: Some(plan),
            schedule: Some(seed),
            seed,
            ..self.run.scenario.clone()
        }
    }

    /// The command that does one of them again.
    fn replay(&self, plan: Disruption, seed: u64) -> String {
        let scenario = &self.run.scenario;
        let mut out = format!("drydock run {}", self.run.driver.display());
        if let Some(inf) = &self.run.inf {
            // Writing to a String cannot fail.
            let _ = write!(out, " --inf {}", inf.display());
        }
        let _ = write!(
            out,
            " --workload {} --ops {} --threads {} --faults {}",
            scenario.workload, scenario.ops, scenario.threads, scenario.faults
        );
        if let Some(manners) = scenario.client {
            let _ = write!(out, " --client {manners}");
        }
        if scenario.hvci {
            out.push_str(" --hvci");
        }
        let _ = write!(
            out,
            " --plan {} --seed {seed} --schedule {seed}",
            plan.name()
        );
        out
    }
}

/// A run that went wrong.
struct Found {
    plan: Disruption,
    seed: u64,
    report: Report,
}

/// Runs the search in a child process.
pub fn run(args: &SearchArgs) -> ExitCode {
    let outcome = interrupt::watch().and_then(|()| search(args));
    match outcome {
        _ if interrupt::requested() => interrupt::exit_code(),
        Ok((runs, None)) => {
            let plans: Vec<_> = args.plans().iter().map(|plan| plan.name()).collect();
            println!(
                "nothing found in {runs} schedules, seeds {} to {}: {}",
                args.from,
                args.from.saturating_add(args.seeds - 1),
                plans.join(", ")
            );
            ExitCode::SUCCESS
        }
        Ok((runs, Some(found))) => {
            let shown = parent::show(&found.report, &args.run.scenario);
            println!(
                "found       by seed {} of {}, after {runs} schedules; again with",
                found.seed,
                found.plan.name()
            );
            println!("            {}", args.replay(found.plan, found.seed));
            shown
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn search(args: &SearchArgs) -> Result<(u64, Option<Found>)> {
    let scenario = &args.run.scenario;
    if scenario.volume.is_some() || scenario.ports.is_some() {
        bail!(
            "a search makes its own volumes and serves no sockets: --volume and --ports are for `drydock run`"
        );
    }
    let program = std::env::current_exe().context("this program's own file is not known")?;
    let scratch =
        parent::scratch_directory().context("no scratch directory can be made for the volume")?;
    let mut child = Command::new(program)
        .arg("child-search")
        .args(std::env::args_os().skip(2))
        .arg("--volume")
        .arg(scratch.path())
        .stdout(Stdio::piped())
        .spawn()
        .context("the child process cannot be started")?;
    let output = child.stdout.take().context("the child has no output")?;
    let outcome = follow(args, &lines_of(output));
    // It has ended already, unless it was interrupted or hangs.
    let _ = child.kill();
    let status = child.wait().context("the child cannot be waited for")?;
    let (runs, ended) = outcome;
    match ended {
        Ended::All => Ok((runs, None)),
        Ended::Found(found) => Ok((runs, Some(*found))),
        Ended::Silent => {
            let next = args.runs().nth(usize::try_from(runs).unwrap_or(0));
            let (plan, seed) = next.context("the child went on after its last run")?;
            let report = Report {
                verdict: Verdict::Error,
                error: Some(format!("the child ended without a report ({status})")),
                seed,
                ..Report::default()
            };
            Ok((runs, Some(Found { plan, seed, report })))
        }
    }
}

/// How a search ended.
enum Ended {
    All,
    Found(Box<Found>),
    /// The child died, hung or was interrupted.
    Silent,
}

/// Follows the child until it has found something or is through; gives the runs that ended.
fn follow(args: &SearchArgs, lines: &Receiver<String>) -> (u64, Ended) {
    let bar = bar(args);
    let limit = Duration::from_secs(args.run.scenario.timeout_s) + parent::PATIENCE;
    let mut last = Instant::now();
    let mut runs = args.runs();
    let mut done = 0;
    loop {
        let line = match lines.recv_timeout(parent::GLANCE) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout) if last.elapsed() < limit && !interrupt::requested() => {
                continue;
            }
            Err(_) => break,
        };
        last = Instant::now();
        let (Ok(line), Some((plan, seed))) = (serde_json::from_str(&line), runs.next()) else {
            break;
        };
        done += 1;
        bar.inc(1);
        if let Line::Wrong(report) = line {
            bar.finish_and_clear();
            return (
                done,
                Ended::Found(Box::new(Found {
                    plan,
                    seed,
                    report: *report,
                })),
            );
        }
    }
    bar.finish_and_clear();
    let all = runs.next().is_none();
    (done, if all { Ended::All } else { Ended::Silent })
}

fn lines_of(output: ChildStdout) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

/// Shows how far the search is; on a terminal only.
fn bar(args: &SearchArgs) -> ProgressBar {
    let all = args.runs().count() as u64;
    let bar = ProgressBar::new(all);
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    let template = "searching {bar:40} {pos}/{len} schedules, {per_sec}, {eta} left";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}
