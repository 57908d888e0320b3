//! Progress — a spinner with the elapsed time on a terminal, plain lines anywhere else.

use crate::interrupt;
use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{IsTerminal, stderr};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

/// Text that is coloured only when standard error is a terminal.
pub fn style<D>(text: D) -> console::StyledObject<D> {
    console::style(text).for_stderr()
}

/// Says what is done, in one line.
pub fn say(text: &str) {
    eprintln!("{} {text}", style("==>").cyan().bold());
}

/// Runs a command quietly under a title; its output is shown only when it fails, which is an error.
pub fn quiet(title: &str, command: &mut Command) -> Result<Output> {
    let output = captured(title, command)?;
    if !output.status.success() {
        eprint!("{}", String::from_utf8_lossy(&output.stdout));
        eprint!("{}", String::from_utf8_lossy(&output.stderr));
        bail!("{title}: {} ended with {}", program(command), output.status);
    }
    Ok(output)
}

/// Runs a command under a title and leaves its output and its failure to the caller.
pub fn captured(title: &str, command: &mut Command) -> Result<Output> {
    interrupt::check()?;
    let started = Instant::now();
    let spinner = spinner(title);
    let output = command
        .output()
        .with_context(|| format!("cannot start {}", program(command)));
    spinner.finish_and_clear();
    let output = output?;
    interrupt::check()?;
    if output.status.success() {
        say(&format!("{title} ({})", seconds(started.elapsed())));
    }
    Ok(output)
}

/// Runs a command that talks to the user itself.
pub fn shown(title: &str, command: &mut Command) -> Result<()> {
    interrupt::check()?;
    say(title);
    let status = command
        .status()
        .with_context(|| format!("cannot start {}", program(command)))?;
    interrupt::check()?;
    if !status.success() {
        bail!("{title}: {} ended with {status}", program(command));
    }
    Ok(())
}

/// A bar over a known number of steps.
pub fn bar(title: &str, steps: u64) -> ProgressBar {
    if !stderr().is_terminal() {
        eprintln!("    {title}, {steps} steps ...");
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("    {msg} {bar:30.cyan} {pos}/{len} {elapsed}");
    let bar = ProgressBar::new(steps).with_message(title.to_owned());
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// A duration for people.
pub fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

fn spinner(title: &str) -> ProgressBar {
    if !stderr().is_terminal() {
        eprintln!("    {title} ...");
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{spinner:.cyan} {msg} {elapsed}")
        .unwrap_or_else(|_| ProgressStyle::default_spinner());
    let spinner = ProgressBar::new_spinner()
        .with_style(style)
        .with_message(title.to_owned());
    spinner.enable_steady_tick(Duration::from_millis(120));
    spinner
}

fn program(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}
