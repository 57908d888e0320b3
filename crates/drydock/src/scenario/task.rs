//! What a scenario does while the driver is loaded: a workload of the bench, or whatever programs do on a mount.

use std::path::PathBuf;

use anyhow::{Error, Result};

use super::Plan;
use crate::mount;
use crate::workload::{Clients, Load, Manners, Mounted, Workload};

/// Task — one of the two.
pub enum Task {
    /// The bench's own programs.
    Work(Workload),
    /// Programs of the host, at this place.
    Mount(PathBuf),
}

/// How much of it a plan wants.
pub fn load(plan: &Plan) -> Load {
    Load {
        operations: plan.operations,
        threads: plan.threads,
        seed: plan.seed,
    }
}

impl Task {
    /// The task of a plan.
    ///
    /// # Errors
    /// When there is no such workload.
    pub fn of(plan: &Plan) -> Result<Self> {
        Ok(match &plan.mountpoint {
            Some(place) => Self::Mount(place.clone()),
            None => Self::Work(Workload::named(&plan.workload).map_err(Error::msg)?),
        })
    }

    /// How the bench's own programs at the ports behave.
    pub fn clients(&self, wanted: Manners) -> Manners {
        match self {
            Self::Work(workload) => workload.clients(wanted),
            Self::Mount(_) => wanted,
        }
    }

    /// Mounts the plan's directory as a volume that the task can use.
    ///
    /// # Errors
    /// When the directory cannot be a volume.
    pub fn volume(&self, plan: &Plan) -> Result<Mounted> {
        Ok(match self {
            Self::Work(_) => Mounted::new(&plan.volume)?,
            Self::Mount(_) => Mounted::for_linux(&plan.volume)?,
        })
    }

    /// Does it; gives the number of operations.
    ///
    /// # Errors
    /// When there can be no mount.
    pub fn run(&self, plan: &Plan, volume: &Mounted, clients: &mut Clients) -> Result<u64> {
        match self {
            Self::Work(workload) => Ok(workload.run(volume, load(plan), clients)),
            Self::Mount(place) => mount::run(&volume.programs(), place),
        }
    }
}
