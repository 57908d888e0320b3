//! `cargo xtask windows` — installs the package in a Hyper-V virtual machine, and sets the machine up for tests.
//!
//! Every task is a list of steps, each one line for PowerShell on the host (`steps.rs`). With `--dry-run` they are printed,
//! which any system can do; else they are carried out one after the other, and after a failure what was done is undone, last
//! step first.

mod package_files;
mod powershell;
mod steps;

use crate::{interrupt, progress};
use anyhow::{Context, Result, bail};
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use steps::{Guest, Step};

#[derive(clap::Args)]
#[command(after_help = "Examples:
  cargo xtask windows deploy --vm Test --dry-run     print the steps, exactly
  cargo xtask windows deploy --vm Test               copy, trust, install and load the package
  cargo xtask windows verifier-on --vm Test          Driver Verifier with its Filter Verifier, and a restart

The host is Windows with Hyper-V, the guest has test signing on. The guest's account is read from a file that
only you can read; make it once, in PowerShell on the host:
  Get-Credential | Export-Clixml \"$HOME\\ringfence-vm.xml\"")]
pub struct Args {
    /// What to do
    #[arg(value_enum)]
    task: Task,
    /// The virtual machine's name in Hyper-V
    #[arg(long, value_name = "NAME")]
    vm: String,
    /// Print the steps and do nothing
    #[arg(long)]
    dry_run: bool,
    /// The guest's account as Export-Clixml wrote it
    #[arg(long, value_name = "FILE", default_value = r"~\ringfence-vm.xml")]
    credential: String,
    /// The folder of the package
    #[arg(long, value_name = "DIR", default_value = "target/package/x64")]
    package: PathBuf,
    /// The test certificate's file in it
    #[arg(long, value_name = "FILE", default_value = "ringfence.cer")]
    certificate: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Task {
    /// Copy the package into the guest, trust its test certificate, install it and load the driver
    Deploy,
    /// Load the installed driver
    Load,
    /// Unload the driver
    Unload,
    /// Turn Driver Verifier on for the driver, with the Filter Verifier class, and restart the guest
    VerifierOn,
    /// Turn Driver Verifier off and restart the guest
    VerifierOff,
    /// Make the guest a test client of the HLK: the driver starts with Windows, dumps are complete, a checkpoint is kept
    HlkPrep,
}

pub fn run(args: &Args) -> Result<ExitCode> {
    if args.vm.trim().is_empty() {
        bail!("name the virtual machine: --vm NAME, or `cargo make -e VM=NAME ...`");
    }
    let guest = Guest {
        name: args.vm.clone(),
        credential: args.credential.clone(),
    };
    let steps = match args.task {
        Task::Deploy => steps::deploy(&guest, &args.package, &args.certificate),
        Task::Load => steps::load(&guest),
        Task::Unload => steps::unload(&guest),
        Task::VerifierOn => steps::verifier_on(&guest),
        Task::VerifierOff => steps::verifier_off(&guest),
        Task::HlkPrep => steps::hlk_prep(&guest),
    };
    if args.dry_run {
        print!("{}", shown(&steps));
        return Ok(ExitCode::SUCCESS);
    }
    if !cfg!(windows) {
        bail!("only Windows has Hyper-V; on this system add --dry-run to see the steps");
    }
    if args.task == Task::Deploy {
        package_files::check(&args.package, &args.certificate)?;
    }
    carry_out(&steps)?;
    Ok(ExitCode::SUCCESS)
}

/// The steps as text: a comment, the command line, and what takes it back.
fn shown(steps: &[Step]) -> String {
    let mut text = String::new();
    for (index, step) in steps.iter().enumerate() {
        text += &format!("# {}. {}\n{}\n", index + 1, step.what, step.line);
        if let Some(undo) = &step.undo {
            text += &format!("# if a later step fails:\n#   {undo}\n");
        }
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text + "\n"
}

/// Runs each step; after a failure the undo lines of the steps before run, the last first.
fn carry_out(steps: &[Step]) -> Result<()> {
    for (index, step) in steps.iter().enumerate() {
        let outcome = interrupt::check().and_then(|()| one(&step.what, &step.line));
        let Err(error) = outcome else {
            continue;
        };
        for done in steps[..index].iter().rev() {
            let Some(undo) = &done.undo else {
                continue;
            };
            if let Err(error) = one(&format!("undoing: {}", done.what), undo) {
                progress::say(&format!("that stays as it is: {error:#}"));
            }
        }
        return Err(error.context(format!(
            "step {} of {}: {}",
            index + 1,
            steps.len(),
            step.what
        )));
    }
    Ok(())
}

fn one(what: &str, line: &str) -> Result<()> {
    progress::say(what);
    let status = Command::new("powershell.exe")
        .args(["-NoProfile", "-NonInteractive", "-Command", line])
        .status()
        .context("cannot start powershell.exe")?;
    if !status.success() {
        bail!("PowerShell ended with {status}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_shown_with_what_takes_it_back() {
        let steps = [
            Step::new("look", "Get-VM"),
            Step::new("copy", "Copy-VMFile").undone_by("Remove-Item"),
        ];
        assert_eq!(
            shown(&steps),
            "# 1. look\nGet-VM\n\n# 2. copy\nCopy-VMFile\n# if a later step fails:\n#   Remove-Item\n"
        );
    }
}
