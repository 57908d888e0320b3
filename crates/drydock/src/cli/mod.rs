//! Command line of drydock.

mod child;
mod contents;
mod inspect;
mod interrupt;
mod mount;
mod parent;
mod replay;
mod search;
mod search_child;
mod sweep;

use search::SearchArgs;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::model::pool::special::Share;
use crate::scenario::companion::Companion;
use crate::scenario::disruption::Disruption;
use crate::verify::fault::Faults;
use crate::volume::disguise::Disguise;
use crate::workload::Manners;
use clap::{Args, FromArgMatches, Parser, Subcommand};
use mount::MountArgs;

/// Loads a Windows x64 minifilter driver in this process and judges it.
///
/// Exit status: 0 clean; 1 usage, or something cannot be loaded; 2 DriverEntry refused; 3 rules broken; 4 bug check.
#[derive(Parser)]
#[command(version, max_term_width = 100)]
#[command(after_help = "Examples:
  drydock run DRIVER.sys                    every operation once, in a scratch directory
  drydock run DRIVER.sys --inf DRIVER.inf   with the instances and parameters that it installs
  drydock mount DRIVER.sys DIR MOUNTPOINT   real programs on top of the driver
  drydock inspect DRIVER.sys                imports, sections, PE checks")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const RUN_EXAMPLES: &str = "Examples:
  drydock run x.sys --workload mixed --ops 200000 --threads 2 --seed 1 --json out.json
  drydock run x.sys --inf x.inf --volume COPY --workload walk   works on the files in COPY itself
  drydock run x.sys --workload mixed --faults sweep             fails each call that may fail, once
  drydock run x.sys --workload smoke --trace calls.txt          every call, level, caller and result
  drydock run x.sys --html report.html                          one page to look at

Exit status: 0 clean; 1 usage, or something cannot be loaded; 2 DriverEntry refused; 3 rules broken;
4 bug check; 130 interrupted.";

const SEARCH_EXAMPLES: &str = "Examples:
  drydock search x.sys --inf x.inf                              every plan, 2000 schedules of each
  drydock search x.sys --plan unload-under-load --seeds 200     the driver goes in the middle of I/O
  drydock search x.sys --plan port-disconnect --threads 3       its clients come and go meanwhile

Each seed decides which thread runs when, and all that is random. The search ends with the first seed
that goes wrong, shows its report, and says which command runs it again.

Plans: unload-under-load, port-disconnect, detach-under-load, dismount-under-load.

Exit status: 0 nothing found; else that of the run that went wrong, as for `drydock run`; 130 interrupted.";

const BASELINE_EXAMPLES: &str = "Example:
  drydock baseline --workload mixed --ops 200000 --threads 2    what the bench costs without a driver";

const INSPECT_EXAMPLES: &str = "Examples:
  drydock inspect x.sys
  drydock inspect x.sys --json | jq .imports";

#[derive(Subcommand)]
enum Command {
    /// Run a driver under a workload and report what it did
    #[command(after_help = RUN_EXAMPLES)]
    Run(RunArgs),
    /// Try many orders of threads, while the driver is unloaded, detached, dismounted or disconnected in the middle of I/O
    #[command(after_help = SEARCH_EXAMPLES)]
    #[command(mut_arg("workload", |arg| arg.default_value("mixed")))]
    #[command(mut_arg("ops", |arg| arg.default_value("40")))]
    #[command(mut_arg("threads", |arg| arg.default_value("2")))]
    #[command(mut_arg("timeout_s", |arg| arg.default_value("30")))]
    #[command(mut_arg("volume", |arg| arg.hide(true)))]
    #[command(mut_arg("ports", |arg| arg.hide(true)))]
    #[command(mut_arg("seed", |arg| arg.hide(true)))]
    #[command(mut_arg("schedule", |arg| arg.hide(true)))]
    Search(SearchArgs),
    /// Mount a directory through a driver, for programs of this system
    #[command(after_help = mount::EXAMPLES)]
    Mount(MountArgs),
    /// Run a workload without any driver, to compare with
    #[command(after_help = BASELINE_EXAMPLES)]
    Baseline(Scenario),
    /// Show imports, sections and PE checks of a driver
    #[command(after_help = INSPECT_EXAMPLES)]
    Inspect {
        /// The driver file
        #[arg(value_name = "DRIVER.sys")]
        driver: PathBuf,
        /// JSON instead of text
        #[arg(long)]
        json: bool,
    },
    /// The process in which a scenario runs
    #[command(hide = true)]
    Child(RunArgs),
    /// The process that forks for every run of a search
    #[command(hide = true)]
    #[command(mut_arg("workload", |arg| arg.default_value("mixed")))]
    #[command(mut_arg("ops", |arg| arg.default_value("40")))]
    #[command(mut_arg("threads", |arg| arg.default_value("2")))]
    #[command(mut_arg("timeout_s", |arg| arg.default_value("30")))]
    ChildSearch(SearchArgs),
    /// The process that serves a mount
    #[command(hide = true)]
    ChildMount(MountArgs),
    /// The process in which a baseline runs
    #[command(hide = true)]
    ChildBaseline(Scenario),
}

#[derive(Args, Clone)]
struct RunArgs {
    /// The driver file
    #[arg(value_name = "DRIVER.sys")]
    driver: PathBuf,
    /// INF or INX with the driver's instances, altitudes and parameters; by default one instance. A filter that attaches nowhere by itself is attached by hand, as `fltmc attach` does
    #[arg(long, value_name = "FILE")]
    inf: Option<PathBuf>,
    #[command(flatten)]
    scenario: Scenario,
}

#[derive(Args, Clone)]
struct Scenario {
    /// Directory that becomes the volume and is written to; a scratch directory by default
    #[arg(long, value_name = "DIR", overrides_with = "volume")]
    volume: Option<PathBuf>,
    /// smoke (every operation once), mixed (random), walk (copy, edit, rename, delete what is there), query (one cheap operation over and over), or a file with one operation a line
    #[arg(long, value_name = "NAME|FILE", default_value = "smoke")]
    workload: String,
    /// Operations of the mixed and the query workload
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    ops: u64,
    /// Threads of the mixed workload
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=64))]
    threads: u32,
    /// Seed of everything that is random
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Simulated programs at the driver's communication ports: none, polite or hostile (also bad pointers and sizes);
    /// hostile by default, none with --ports
    #[arg(long, value_name = "none|polite|hostile")]
    client: Option<Manners>,
    /// Serve each communication port on a Unix socket in this directory
    #[arg(long, value_name = "DIR")]
    ports: Option<PathBuf>,
    /// Load another driver too, before this one, with its INF behind a comma; can be given several times
    #[arg(long, value_name = "FILE.sys[,FILE.inf]")]
    with: Vec<Companion>,
    /// Mount a further volume when the workload is done, do every operation once on it, and dismount it while the driver runs
    #[arg(long, value_name = "ntfs|fat|network|raw")]
    also: Vec<Disguise>,
    /// Where the directories of further volumes are made
    #[arg(long, hide = true, value_name = "DIR")]
    also_in: Option<PathBuf>,
    /// One thread runs at a time, and this seed decides which: the same seed is the same run
    #[arg(long, value_name = "SEED", conflicts_with = "ports")]
    schedule: Option<u64>,
    /// What happens while the workload runs: unload-under-load, port-disconnect, detach-under-load or dismount-under-load
    #[arg(long, value_name = "PLAN")]
    plan: Option<Disruption>,
    /// Calls that fail: none, sweep (the first one of each distinct call stack, with each answer that its page knows, a run
    /// for each), random:P (each with that probability), or one run of a sweep as it is printed
    #[arg(
        long,
        default_value = "none",
        value_name = "none|sweep|random:P|stack:HASH:ANSWER",
        overrides_with = "faults"
    )]
    faults: Faults,
    /// Hold the driver to the rules of hypervisor-protected code integrity too: no executable pool, no executable mappings
    #[arg(long)]
    hvci: bool,
    /// Pool blocks that end at an inaccessible page and vanish when freed: none, some (the first of each place and a share) or all
    #[arg(long, default_value = "some", value_name = "none|some|all")]
    special_pool: Share,
    /// Write the report as JSON to this file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the report as one HTML page to this file, with a timeline
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write every callback, operation and call of an import to this file
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// End the run after this many seconds
    #[arg(long, value_name = "N", default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..))]
    timeout_s: u64,
    /// Mount the volume here instead of running a workload
    #[arg(long, hide = true, value_name = "DIR")]
    mountpoint: Option<PathBuf>,
}

impl Scenario {
    /// A time limit that never comes.
    const NO_END: u64 = u64::MAX;

    /// What is meant where nothing is said.
    fn defaults() -> Self {
        let matches = Self::augment_args(clap::Command::new("")).get_matches_from([""]);
        Self::from_arg_matches(&matches).expect("every argument has a default or is optional")
    }
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
        Command::Mount(args) => args.run(),
        Command::Inspect { driver, json } => inspect::run(&driver, json),
        Command::Child(args) => {
            child::run(&args.scenario, Some((&args.driver, args.inf.as_deref())))
        }
        Command::Search(args) => search::run(&args),
        Command::ChildSearch(args) => search_child::run(&args),
        Command::ChildMount(args) => {
            child::run(&args.scenario(), Some((&args.driver, args.inf.as_deref())))
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

    #[test]
    fn a_scenario_of_which_nothing_is_said_is_the_one_that_the_help_describes() {
        let defaults = Scenario::defaults();
        assert_eq!(
            (defaults.workload.as_str(), defaults.timeout_s),
            ("smoke", 300)
        );
    }
}
