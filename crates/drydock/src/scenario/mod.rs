//! One scenario: mount a volume, load the driver, run the workload, unload, look for what is left.

mod by_hand;
pub mod companion;
pub mod disruption;
mod driver;
mod further_volume;
mod leaks;
mod running;
mod task;

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::model::schedule;
use crate::port_socket;
use crate::report::{self, Verdict};
use crate::verify;
use crate::volume::disguise::Disguise;
use crate::workload::{Clients, Manners, Mounted, Workload};
use companion::Companion;
use disruption::Disruption;
use running::{Opened, Running};
use task::Task;

/// What is to be run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The driver; none for a baseline.
    pub driver: Option<PathBuf>,
    /// Its INF.
    pub inf: Option<PathBuf>,
    /// Directory that becomes the volume.
    pub volume: PathBuf,
    /// Name or file of the workload.
    pub workload: String,
    /// Operations of a random workload.
    pub operations: u64,
    /// Threads of a random workload.
    pub threads: u32,
    /// Seed.
    pub seed: u64,
    /// The programs at the driver's communication ports.
    pub clients: Manners,
    /// Directory of the sockets at which other programs find these ports.
    pub ports: Option<PathBuf>,
    /// What happens while the workload runs.
    pub disruption: Option<Disruption>,
    /// Drivers loaded beside it.
    pub with: Vec<Companion>,
    /// Further volumes that come and go while the driver runs.
    pub also: Vec<Disguise>,
    /// Where their directories are made.
    pub also_in: Option<PathBuf>,
    /// Where programs of the host find the volume, instead of a workload.
    pub mountpoint: Option<PathBuf>,
}

/// Runs the plan; the verdict is given where it does not follow from rules and leaks.
///
/// # Errors
/// The bench cannot do its work: one line that names file and field.
pub fn run(plan: &Plan) -> Result<Option<Verdict>> {
    let task = Task::of(plan)?;
    let Some(path) = &plan.driver else {
        let volume = task.volume(plan)?;
        let done = work(&task, plan, &volume, &mut Clients::none());
        volume.dismount();
        return done.map(|()| None);
    };
    let opened = Opened::new(path, plan.inf.as_deref())?;
    report::with(|report| report.driver = opened.told());
    if let Some(directory) = &plan.ports {
        let told = || format!("{}: --ports cannot be used", directory.display());
        port_socket::serve(directory).with_context(told)?;
    }
    let volume = task.volume(plan)?;
    let mut companions = companion::load(&plan.with, &opened)?;
    let (driver, status) = opened.load()?;
    if status < 0 {
        let text = driver.refused(status, companions.is_empty());
        report::with(|report| report.error = Some(text));
        unload_all(&mut companions, true);
        volume.dismount();
        return Ok(verify::violations().is_empty().then_some(Verdict::Refused));
    }
    by_hand::attach_idle();
    let mut clients = Clients::start(task.clients(plan.clients), plan.threads > 1);
    let done = match plan.disruption {
        None => work(&task, plan, &volume, &mut clients),
        Some(disruption) => disrupted(disruption, &task, plan, &volume, &mut clients, &driver),
    };
    let gone = plan.disruption == Some(Disruption::Unload);
    unload_all(&mut companions, gone);
    if !gone {
        driver.unload(false, true);
    }
    drop(clients);
    let left = volume.dismount();
    report::with(|report| report.leaks.file_objects += left as u64);
    done.map(|()| None)
}

/// Unloads the drivers beside the judged one, the last first; `gone` says that this is unloaded already.
fn unload_all(companions: &mut Vec<Running>, gone: bool) {
    while let Some(companion) = companions.pop() {
        companion.unload(false, gone && companions.is_empty());
    }
}

/// Runs the workload while something happens to the driver in a thread of its own.
fn disrupted(
    disruption: Disruption,
    task: &Task,
    plan: &Plan,
    volume: &Mounted,
    clients: &mut Clients,
    driver: &Running,
) -> Result<()> {
    let mut random = fastrand::Rng::with_seed(plan.seed.rotate_left(32));
    let actions = match task {
        Task::Work(Workload::Mixed) => plan.operations,
        _ => 0,
    };
    let mut nobody = Clients::none();
    let (theirs, mine) = match disruption {
        Disruption::PortDisconnect => (&mut nobody, clients),
        _ => (clients, &mut nobody),
    };
    let happens = move || {
        disruption::wait_for_its_time(actions, &mut random);
        match disruption {
            Disruption::Unload => driver.unload(random.bool(), plan.with.is_empty()),
            Disruption::PortDisconnect => disruption::clients_come_and_go(mine, &mut random),
            Disruption::Detach => disruption::detach_and_attach(),
            Disruption::Dismount => disruption::dismount_all(),
        }
    };
    schedule::scope(|scope| {
        scope.spawn(disruption.name(), happens)?;
        work(task, plan, volume, theirs)
    })
}

/// Does the task and takes its time.
fn work(task: &Task, plan: &Plan, volume: &Mounted, clients: &mut Clients) -> Result<()> {
    let begun = Instant::now();
    let operations = task.run(plan, volume, clients)?;
    if let Some(place) = &plan.also_in {
        further_volume::use_all(&plan.also, place, task::load(plan))?;
    }
    report::with(|report| {
        report.operations = operations;
        report.workload_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    });
    Ok(())
}
