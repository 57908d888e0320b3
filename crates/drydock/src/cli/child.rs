//! The child: one simulated kernel, one scenario, one report on standard output.

use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use rustix::process::Signal;

use super::Scenario;
use crate::image::fault;
use crate::model::operation::levels;
use crate::model::pool::special;
use crate::model::{paged, schedule, thread};
use crate::report::{self, Verdict};
use crate::scenario::{self, Plan};
use crate::verify::{fault as faults, hvci, timeline, trace, watchdog};
use crate::workload::Manners;

/// Runs the scenario and ends the process with its report on standard output.
pub fn run(scenario: &Scenario, driver: Option<(&Path, Option<&Path>)>) -> ExitCode {
    match std::io::stdout().as_fd().try_clone_to_owned() {
        Ok(output) => run_to(output, scenario, driver),
        Err(error) => {
            eprintln!("error: standard output: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the scenario and ends the process with its report on `output`.
pub fn run_to(
    output: OwnedFd,
    scenario: &Scenario,
    driver: Option<(&Path, Option<&Path>)>,
) -> ExitCode {
    if let Err(error) = prepare(output, scenario) {
        eprintln!("error: {error:#}");
        return ExitCode::FAILURE;
    }
    let plan = Plan {
        driver: driver.map(|(file, _)| file.to_owned()),
        inf: driver.and_then(|(_, inf)| inf.map(Path::to_owned)),
        volume: scenario.volume.clone().unwrap_or_default(),
        workload: scenario.workload.clone(),
        operations: scenario.ops,
        threads: scenario.threads,
        seed: scenario.seed,
        clients: scenario.client.unwrap_or(match scenario.ports {
            Some(_) => Manners::None,
            None => Manners::default(),
        }),
        ports: scenario.ports.clone(),
        disruption: scenario.plan,
        with: scenario.with.clone(),
        also: scenario.also.clone(),
        also_in: scenario.also_in.clone(),
        mountpoint: scenario.mountpoint.clone(),
    };
    match scenario::run(&plan) {
        Ok(verdict) => report::end(verdict),
        Err(error) => {
            report::with(|report| report.error = Some(format!("{error:#}")));
            report::end(Some(Verdict::Error))
        }
    }
}

fn prepare(output: OwnedFd, scenario: &Scenario) -> Result<()> {
    // A parent that is killed cannot end its child. A mount must not stay behind, so its process ends by itself.
    let end = match scenario.mountpoint {
        Some(_) => Signal::TERM,
        None => Signal::KILL,
    };
    rustix::process::set_parent_process_death_signal(Some(end))
        .context("cannot be tied to the parent process")?;
    report::send_to(output.into());
    report::with(|report| report.seed = scenario.seed);
    if let Some(path) = &scenario.trace {
        trace::start(path)
            .with_context(|| format!("{}: --trace cannot be written", path.display()))?;
    }
    if scenario.html.is_some() {
        timeline::start();
    }
    faults::start(scenario.faults, scenario.seed);
    hvci::demand(scenario.hvci);
    special::configure(scenario.special_pool, scenario.seed);
    paged::configure(true, scenario.seed);
    fault::install();
    let _ = thread::current();
    if let Some(seed) = scenario.schedule {
        levels::set_seed(seed);
        schedule::start(seed);
    }
    if scenario.timeout_s != Scenario::NO_END {
        watchdog::start(scenario.timeout_s);
    }
    Ok(())
}
