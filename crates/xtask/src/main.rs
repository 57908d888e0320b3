//! xtask — Ringfence's developer commands, one file each.

mod bench;
mod bless;
mod build;
mod drydock;
mod faulty;
mod identity;
mod image;
mod inf;
mod interrupt;
#[path = "../../../driver/link_flags.rs"]
mod link_flags;
mod package;
mod packages;
mod progress;
mod reproduce;
mod run;
mod scratch;
mod search;
mod setup;
mod targets;
mod test;
mod test_programs;
mod toolchain;
mod wdk;
mod windows;
mod workflows;
mod workspace;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", version, about, max_term_width = 100)]
#[command(after_help = "Examples:
  cargo xtask run              build ringfence.sys and run it in drydock over real files
  cargo xtask test             everything the continuous integration checks
  cargo xtask build --all      the driver and every example as a .sys")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build ringfence.sys and run it in drydock over real files
    Run(run::Args),
    /// Do everything the continuous integration checks
    Test(test::Args),
    /// Make .sys, .pdb and .inf files in target/driver/<arch>/
    Build(build::Args),
    /// Make the driver package in target/package/<arch>/, signed for tests
    Package(package::Args),
    /// Measure what a filter costs, side by side
    Bench(bench::Args),
    /// Try thousands of thread orders on ringfence.sys, on a driver with a port, and on drivers with a planted race
    Search(search::Args),
    /// Compile the driver with feature `wdk`, over stand-ins for the WDK's bindings
    Wdk(wdk::Args),
    /// Install the package in a virtual machine, and set it up for tests
    Windows(windows::Args),
    /// Rewrite the pinned outputs that tests compare with
    Bless(bless::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Err(error) = interrupt::install() {
        return fail(&error);
    }
    let outcome = match cli.command {
        Command::Run(args) => run::run(&args),
        Command::Test(args) => test::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::Package(args) => package::run(&args),
        Command::Build(args) => build::run(&args),
        Command::Search(args) => search::run(&args),
        Command::Wdk(args) => wdk::run(&args),
        Command::Windows(args) => windows::run(&args),
        Command::Bless(args) => bless::run(&args),
    };
    match outcome {
        _ if interrupt::requested() => ExitCode::from(130),
        Ok(code) => code,
        Err(error) => fail(&error),
    }
}

fn fail(error: &anyhow::Error) -> ExitCode {
    eprintln!("{} {error:#}", progress::style("error:").red().bold());
    ExitCode::FAILURE
}
