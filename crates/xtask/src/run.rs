//! `cargo xtask run` — builds everything and shows ringfence.sys at work on real files.

use crate::drydock::{self, Drydock};
use crate::scratch::Scratch;
use crate::workspace::Arch;
use crate::{build, progress, targets};
use anyhow::Result;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

#[derive(clap::Args)]
#[command(after_help = "Examples:
  cargo xtask run              every operation once, then a mixed load, in a scratch directory
  cargo xtask run ~/Documents  copy, edit, rename and delete over a copy of that directory

The exit status is drydock's: 0 clean, 1 cannot run, 2 the driver refused to load, 3 rules broken, 4 bug check.")]
pub struct Args {
    /// Work on a copy of this directory; the directory itself is only read
    #[arg(value_name = "DIR")]
    dir: Option<PathBuf>,
}

pub fn run(args: &Args) -> Result<ExitCode> {
    // First what can be wrong at once: the directory is copied before the minutes of building.
    let copy = args.dir.as_deref().map(Scratch::copy_of).transpose()?;
    let driver = build::sys_files(Arch::X64, &[targets::driver()?])?.remove(0);
    let drydock = Drydock::build()?;
    let Some(copy) = copy else {
        return all(vec![
            smoke(drydock.run(&driver)),
            mixed(drydock.run(&driver)),
        ]);
    };
    let mut walk = drydock.run(&driver);
    walk.arg("--volume")
        .arg(copy.path())
        .args(["--workload", "walk"]);
    all(vec![(
        "copying, editing, renaming and deleting over the copy",
        walk,
    )])
}

fn smoke(mut command: Command) -> (&'static str, Command) {
    command.args(["--workload", "smoke"]);
    ("every operation once", command)
}

fn mixed(mut command: Command) -> (&'static str, Command) {
    command.args([
        "--workload",
        "mixed",
        "--ops",
        "20000",
        "--threads",
        "2",
        "--seed",
        "1",
    ]);
    ("20000 mixed operations on two threads", command)
}

/// Runs one after the other, up to the first that does not end with 0.
fn all(commands: Vec<(&'static str, Command)>) -> Result<ExitCode> {
    for (title, mut command) in commands {
        progress::say(title);
        let code = drydock::show(&mut command)?;
        if code != ExitCode::SUCCESS {
            return Ok(code);
        }
    }
    Ok(ExitCode::SUCCESS)
}
