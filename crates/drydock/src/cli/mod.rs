//! Command line of drydock.

mod child;
mod inspect;
mod parent;

use std::path::PathBuf;
use std::process::ExitCode;

use crate::verify::fault::Faults;
use clap::{Args, Parser, Subcommand};

/// Loads a Windows x64 minifilter driver in this process and judges it.
///
/// Exit status: 0 clean; 1 usage, or something cannot be loaded; 2 DriverEntry refused; 3 rules broken; 4 bug check.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run a driver under a workload and report what it did
    Run(RunArgs),
    /// Run a workload without any driver, to compare with
    Baseline(Scenario),
    /// Show imports, sections and PE checks of a driver
    Inspect {
        /// The driver file
        driver: PathBuf,
        /// JSON instead of text
        #[arg(long)]
        json: bool,
    },
    /// The process in which a scenario runs
    #[command(hide = true)]
    Child(RunArgs),
    /// The process in which a baseline runs
    #[command(hide = true)]
    ChildBaseline(Scenario),
}

#[derive(Args, Clone)]
struct RunArgs {
    /// The driver file
    driver: PathBuf,
    /// INF or INX with the driver's instances, altitudes and parameters
    #[arg(long)]
    inf: Option<PathBuf>,
    #[command(flatten)]
    scenario: Scenario,
}

#[derive(Args, Clone)]
struct Scenario {
    /// Directory that becomes the volume; a scratch directory by default
    #[arg(long, value_name = "DIR")]
    volume: Option<PathBuf>,
    /// smoke, mixed, walk, or a file with one operation a line
    #[arg(long, value_name = "NAME|FILE", default_value = "smoke")]
    workload: String,
    /// Operations of the mixed workload
    #[arg(long, default_value_t = 10_000)]
    ops: u64,
    /// Threads of the mixed workload
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=64))]
    threads: u32,
    /// Seed of everything that is random
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Allocations that fail: none, sweep (each place once, a run for each) or random:P
    #[arg(long, default_value = "none", value_name = "none|sweep|random:P")]
    faults: Faults,
    /// The place that fails in this run of a sweep
    #[arg(long, hide = true, default_value_t = 0)]
    fault_site: usize,
    /// Write the report as JSON to this file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write every call of an import to this file
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// End the run after this many seconds
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..))]
    timeout_s: u64,
}

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to standard output and are a success; a closed terminal is nobody's error.
            let _ = error.print();
            return if error.use_stderr() {
                ExitCode::FAILURE
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    match cli.command {
        Command::Run(args) => parent::run("child", &args.scenario),
        Command::Baseline(scenario) => parent::run("child-baseline", &scenario),
        Command::Inspect { driver, json } => inspect::run(&driver, json),
        Command::Child(args) => {
            child::run(&args.scenario, Some((&args.driver, args.inf.as_deref())))
        }
        Command::ChildBaseline(scenario) => child::run(&scenario, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }
}
