//! One scenario: mount a volume, load the driver, run the workload, unload, look for what is left.

pub mod disruption;
mod driver;
mod leaks;
mod task;

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Error, Result};

use crate::image::{Image, Loaded};
use crate::inf::DriverSetup;
use crate::model::filter::{self, Unload};
use crate::model::registry;
use crate::model::schedule;
use crate::port_socket;
use crate::report::{self, Driver, Verdict};
use crate::verify::{self, rule};
use crate::workload::{Clients, Manners, Mounted, Workload};
use disruption::Disruption;
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
    let (image, setup) = open(path, plan.inf.as_deref())?;
    report::with(|report| {
        report.driver = Driver {
            name: image.name.clone(),
            size: image.file_size as u64,
        };
    });
    if let Some(directory) = &plan.ports {
        let told = || format!("{}: --ports cannot be used", directory.display());
        port_socket::serve(directory).with_context(told)?;
    }
    let volume = task.volume(plan)?;
    filter::configure(&setup);
    registry::service::install(&setup).map_err(|status| {
        Error::msg(format!(
            "the service key cannot be written: {}",
            report::status_text(status)
        ))
    })?;
    let loaded = image.load()?;
    let object = driver::DriverObject::new(&loaded, &setup.service);
    let status = object.enter(&loaded);
    if status < 0 {
        let verdict = refused(&loaded, status);
        volume.dismount();
        return Ok(verdict);
    }
    loaded.discard_init();
    let mut clients = Clients::start(task.clients(plan.clients), plan.threads > 1);
    let loaded = Running { loaded, object };
    let done = match plan.disruption {
        None => work(&task, plan, &volume, &mut clients),
        Some(disruption) => disrupted(disruption, &task, plan, &volume, &mut clients, &loaded),
    };
    if plan.disruption != Some(Disruption::Unload) {
        loaded.unload(false);
    }
    drop(clients);
    let left = volume.dismount();
    report::with(|report| report.leaks.file_objects += left as u64);
    done.map(|()| None)
}

/// The driver, loaded.
struct Running {
    loaded: Loaded,
    object: driver::DriverObject,
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
            Disruption::Unload => driver.unload(random.bool()),
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
    report::with(|report| {
        report.operations = operations;
        report.workload_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    });
    Ok(())
}

fn open(path: &Path, inf: Option<&Path>) -> Result<(Image, DriverSetup)> {
    let image = Image::open(path)?;
    let setup = match inf {
        Some(inf) => DriverSetup::read(inf)?,
        None => {
            let service = path.file_stem().context("the driver has no file name")?;
            DriverSetup::without_inf(&service.to_string_lossy())
        }
    };
    Ok((image, setup))
}

/// DriverEntry failed: it had to undo everything itself.
fn refused(loaded: &Loaded, status: i32) -> Option<Verdict> {
    let text = format!("DriverEntry returned {}", report::status_text(status));
    report::with(|report| report.error = Some(text.clone()));
    for filter in filter::registered() {
        let detail = format!("{text} and filter {} is still registered", filter.name);
        verify::violation_from(
            rule::FILTER_STILL_REGISTERED,
            "DriverEntry",
            loaded.entry,
            detail,
        );
    }
    leaks::after_unload(loaded);
    verify::violations().is_empty().then_some(Verdict::Refused)
}

impl Running {
    /// Unloads as `fltmc unload` does, and as a service stop where that is refused, or at once if it is `mandatory`.
    fn unload(&self, mandatory: bool) {
        let mut outcome = filter::unload(mandatory);
        if let Unload::Refused(_) = outcome {
            outcome = filter::unload(true);
        }
        if matches!(outcome, Unload::Done | Unload::NoFilter) {
            self.object.unload();
            leaks::after_unload(&self.loaded);
        } else {
            verify::trace::line(|| format!("not unloaded: {outcome:?}"));
        }
    }
}
