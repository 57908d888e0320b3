//! `cargo xtask bless` — rewrites the pinned outputs that tests compare with.

use crate::{progress, workspace};
use anyhow::Result;
use std::process::ExitCode;

#[derive(clap::Args)]
#[command(after_help = "Examples:
  cargo xtask bless                 all of them; look at `git diff` afterwards
  cargo xtask bless --test ui       only those of one test file")]
pub struct Args {
    /// Only the goldens of this test file in tests/
    #[arg(long, value_name = "NAME")]
    test: Option<String>,
}

pub fn run(args: &Args) -> Result<ExitCode> {
    let mut command = workspace::cargo()?;
    command.args(["test", "--package", "ringfence-tests"]);
    if let Some(name) = &args.test {
        command.args(["--test", name]);
    }
    command.env("BLESS", "1");
    progress::shown("rewriting the pinned outputs", &mut command)?;
    progress::say("done; `git diff` shows what changed");
    Ok(ExitCode::SUCCESS)
}
