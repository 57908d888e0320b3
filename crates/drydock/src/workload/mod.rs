//! Workloads — what programs do on the volume while the driver watches, with every result compared to what it has to be.

mod check;
mod client;
mod devices;
mod mixed;
mod mounted;
pub mod progress;
mod query;
mod script;
mod shared;
mod smoke;
mod transactions;
mod tree;
mod walk;
mod watcher;

use std::path::Path;

pub use client::{Clients, Manners};
pub use mounted::Mounted;
use script::Script;

/// Workload — which one.
#[derive(Clone, Debug)]
pub enum Workload {
    /// Every operation once.
    Smoke,
    /// Seeded random operations.
    Mixed,
    /// Copy, edit, rename and delete over the tree that is there.
    Walk,
    /// One cheap operation over and over, on one thread.
    Query,
    /// A text file with one operation a line.
    Script(Script),
}

/// Load — how much of it.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Operations of the mixed workload, all threads together.
    pub operations: u64,
    /// Threads of the mixed workload.
    pub threads: u32,
    /// Seed of everything that is random.
    pub seed: u64,
}

impl Workload {
    /// Finds a workload by its name, or reads it from a file.
    ///
    /// # Errors
    /// One line that names the workload or the file and line.
    pub fn named(name: &str) -> Result<Self, String> {
        match name {
            "smoke" => Ok(Self::Smoke),
            "mixed" => Ok(Self::Mixed),
            "walk" => Ok(Self::Walk),
            "query" => Ok(Self::Query),
            file if Path::new(file).is_file() => {
                let text = std::fs::read_to_string(file).map_err(|e| format!("{file}: {e}"))?;
                Script::parse(&text)
                    .map(Self::Script)
                    .map_err(|e| format!("{file}: {e}"))
            }
            other => Err(format!(
                "--workload {other}: not smoke, mixed, walk or query, and there is no such file"
            )),
        }
    }

    /// The clients it wants at the driver's ports: a script brings its own.
    #[must_use]
    pub fn clients(&self, wanted: Manners) -> Manners {
        match self {
            Self::Script(_) => Manners::None,
            _ => wanted,
        }
    }

    /// Does it all on a mounted volume, with `clients` at the driver's ports; gives the number of actions.
    pub fn run(&self, mounted: &Mounted, load: Load, clients: &mut Clients) -> u64 {
        progress::begin();
        let done = match self {
            Self::Smoke => smoke::run(&mounted.io(0, load.seed), clients) + devices::run(),
            Self::Mixed => mixed::run(mounted, load, clients),
            Self::Walk => walk::run(&mounted.io(0, load.seed)),
            Self::Query => query::run(&mounted.io(0, load.seed), load.operations),
            Self::Script(script) => script.run(&mounted.io(0, load.seed)),
        };
        progress::end();
        mounted.settle();
        mounted.end_programs();
        done
    }
}

#[cfg(test)]
mod tests;
