//! `cargo xtask test` — everything the continuous integration checks, and nothing that it does not.

use crate::build;
use crate::faulty;
use crate::package;
use crate::reproduce;
use crate::targets;
use crate::test_programs;
use crate::toolchain::Core;
use crate::wdk;
use crate::workflows;
use crate::workspace::{self, Arch};
use crate::{interrupt, progress, setup};
use anyhow::Result;
use std::process::ExitCode;
use std::time::{Duration, Instant};

#[derive(clap::Args)]
#[command(after_help = "Examples:
  cargo xtask test             as the continuous integration does
  cargo xtask test --keep-going  do not stop at the first step that fails")]
pub struct Args {
    /// Do the remaining steps after one has failed
    #[arg(long)]
    keep_going: bool,
}

type Step = (&'static str, fn() -> Result<()>);

const STEPS: [Step; 11] = [
    ("format", format),
    ("lints", lints),
    ("lints for Windows", windows_lints),
    ("workflows", workflows::check),
    ("feature wdk", wdk::check),
    ("documentation", documentation),
    ("drivers", drivers),
    ("reproducible", reproduce::check),
    ("packages", packages),
    ("programs", test_programs::install),
    ("tests", tests),
];

pub fn run(args: &Args) -> Result<ExitCode> {
    let mut summary: Vec<(&str, Duration, bool)> = Vec::new();
    for (name, step) in STEPS {
        let started = Instant::now();
        let outcome = step();
        interrupt::check()?;
        if let Err(error) = &outcome {
            eprintln!("{} {error:#}", progress::style("error:").red().bold());
        }
        summary.push((name, started.elapsed(), outcome.is_ok()));
        if outcome.is_err() && !args.keep_going {
            break;
        }
    }
    show(&summary);
    let passed = summary.len() == STEPS.len() && summary.iter().all(|(_, _, passed)| *passed);
    Ok(if passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn show(summary: &[(&str, Duration, bool)]) {
    eprintln!();
    for (name, _) in STEPS {
        let done = summary.iter().find(|(done, _, _)| *done == name);
        let (word, time) = match done {
            Some((_, time, true)) => (progress::style("passed").green(), progress::seconds(*time)),
            Some((_, time, false)) => (
                progress::style("FAILED").red().bold(),
                progress::seconds(*time),
            ),
            None => (progress::style("not run").yellow(), String::new()),
        };
        eprintln!("  {name:<20} {word:<8} {time:>8}");
    }
}

fn format() -> Result<()> {
    progress::shown(
        "checking the format",
        workspace::cargo()?.args(["fmt", "--all", "--check"]),
    )
}

fn lints() -> Result<()> {
    let mut command = workspace::cargo()?;
    // The driver itself is only ever compiled for Windows; the next step does that.
    command.args([
        "clippy",
        "--workspace",
        "--exclude",
        "ringfence",
        "--all-targets",
        "--",
        "-Dwarnings",
    ]);
    progress::shown("checking the lints", &mut command)
}

/// clippy is part of rustup's toolchain and can only read a core library of the same compiler; with the
/// distribution's compiler the sources are checked without it.
fn windows_lints() -> Result<()> {
    let toolchain = setup::toolchain(Arch::X64)?;
    let subcommand = if toolchain.core == Core::Installed {
        "clippy"
    } else {
        "check"
    };
    for target in targets::all()? {
        let mut command = build::compile(&toolchain, Arch::X64, subcommand)?;
        command.args(["--package", &target.package]);
        match target.example {
            true => command.args(["--example", &target.name]),
            false => command.arg("--lib"),
        };
        for feature in &target.features {
            command.args(["--features", feature]);
        }
        match toolchain.core {
            Core::Installed => command.args(["--", "-Dwarnings"]),
            // Through cargo, for a changed compiler flag would compile the core library once more.
            Core::Sources(_) => command
                .arg("-Zwarnings")
                .env("CARGO_BUILD_WARNINGS", "deny"),
        };
        progress::quiet(
            &format!("{subcommand} of {} for Windows", target.name),
            &mut command,
        )?;
    }
    Ok(())
}

/// The pages that `cargo doc` makes, with every link resolved.
fn documentation() -> Result<()> {
    let mut command = workspace::cargo()?;
    command.args(["doc", "--quiet", "--no-deps"]);
    for package in ["minifilter-sys", "minifilter", "inf-file", "drydock"] {
        command.args(["--package", package]);
    }
    command.env("RUSTDOCFLAGS", "-Dwarnings");
    progress::shown("checking the documentation", &mut command)
}

fn drivers() -> Result<()> {
    build::sys_files(Arch::X64, &targets::all()?)?;
    build::sys_files(Arch::Arm64, &[targets::driver()?])?;
    faulty::sys_files()
}

fn packages() -> Result<()> {
    package::make(Arch::X64)?;
    package::make(Arch::Arm64)?;
    Ok(())
}

fn tests() -> Result<()> {
    let mut command = workspace::cargo()?;
    command.args([
        "test",
        "--workspace",
        "--exclude",
        "ringfence",
        "--exclude",
        faulty::PACKAGE,
        "--exclude",
        "ringfence-probe", // a driver, as those are
        "--no-fail-fast",
    ]);
    progress::shown("running the tests", &mut command)
}
