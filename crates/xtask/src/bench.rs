//! `cargo xtask bench` — what a filter costs, side by side in one run.
//!
//! Machines drift while they measure. So the rounds are interleaved: each runs every configuration once, a
//! configuration is compared with the bare volume of its own round, and the median over the rounds is shown.

use crate::drydock::{self, Drydock, Report};
use crate::workspace::Arch;
use crate::{build, interrupt, progress, targets};
use anyhow::{Result, ensure};
use comfy_table::{CellAlignment, Table, presets};
use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

#[derive(clap::Args)]
#[command(after_help = "Examples:
  cargo xtask bench                        five rounds of 50000 operations on two threads
  cargo xtask bench --rounds 11 --threads 1")]
pub struct Args {
    /// Operations of one measurement
    #[arg(long, default_value_t = 50_000, value_parser = clap::value_parser!(u64).range(1..))]
    ops: u64,
    /// Threads that send them
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..))]
    threads: u64,
    /// Measurements of each configuration
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..))]
    rounds: u64,
    /// Seed of the workload
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// One line of the table.
struct Configuration {
    name: String,
    driver: Option<PathBuf>,
    measured: Vec<Measurement>,
}

#[derive(Clone, Copy, Debug)]
struct Measurement {
    ns_per_operation: f64,
    peak_memory_kib: u64,
}

pub fn run(args: &Args) -> Result<ExitCode> {
    let wanted = [
        targets::example("null")?,
        targets::example("pass_through")?,
        targets::driver()?,
    ];
    let files = build::sys_files(Arch::X64, &wanted)?;
    let drydock = Drydock::build()?;
    let mut all = vec![Configuration {
        name: "no filter".to_owned(),
        driver: None,
        measured: Vec::new(),
    }];
    all.extend(
        wanted
            .iter()
            .zip(files)
            .map(|(target, file)| Configuration {
                name: target.name.clone(),
                driver: Some(file),
                measured: Vec::new(),
            }),
    );
    let bar = progress::bar("measuring", args.rounds * all.len() as u64);
    for _ in 0..args.rounds {
        for configuration in &mut all {
            interrupt::check()?;
            let measurement = measure(&drydock, configuration, args)?;
            configuration.measured.push(measurement);
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    println!(
        "{} mixed operations on {} threads, {} rounds, seed {}",
        args.ops, args.threads, args.rounds, args.seed
    );
    println!("{}", table(&all)?);
    println!("{}", callback_cost(&drydock, args)?);
    Ok(ExitCode::SUCCESS)
}

/// Queries of one measurement of a callback: enough that a millisecond more or less does not show.
const QUERIES: u64 = 500_000;
/// What a callback may cost the bench itself, so that a driver's own cost can be seen.
const CALLBACK_BOUND_NS: f64 = 300.0;

/// Measures what a pre-operation callback that passes on adds to the cheapest operation there is.
fn callback_cost(drydock: &Drydock, args: &Args) -> Result<String> {
    let target = targets::example("pre_query")?;
    let files = build::sys_files(Arch::X64, std::slice::from_ref(&target))?;
    let name = &target.name;
    let mut costs = Vec::new();
    let bar = progress::bar("measuring a callback", args.rounds);
    for _ in 0..args.rounds {
        interrupt::check()?;
        let bare = queries(drydock.baseline(), "no filter")?;
        for file in &files {
            costs.push(queries(drydock.run(file), name)? - bare);
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    let cost = median(costs.into_iter());
    let met = if cost <= CALLBACK_BOUND_NS {
        "met"
    } else {
        "missed"
    };
    let rounds = args.rounds;
    Ok(format!(
        "a pre-operation callback that passes on adds {cost:.0} ns to an operation, all rules on \
         (median of {rounds} rounds of {QUERIES}; bound {CALLBACK_BOUND_NS:.0} ns: {met})"
    ))
}

fn queries(mut command: Command, name: &str) -> Result<f64> {
    command.args(["--workload", "query", "--ops", &QUERIES.to_string()]);
    Ok(measurement(&drydock::report(&mut command, name)?)?.ns_per_operation)
}

fn measure(drydock: &Drydock, configuration: &Configuration, args: &Args) -> Result<Measurement> {
    let mut command = match &configuration.driver {
        Some(driver) => drydock.run(driver),
        None => drydock.baseline(),
    };
    command.args([
        "--workload",
        "mixed",
        "--ops",
        &args.ops.to_string(),
        "--threads",
        &args.threads.to_string(),
    ]);
    command.args(["--seed", &args.seed.to_string()]);
    measurement(&drydock::report(&mut command, &configuration.name)?)
}

fn measurement(report: &Report) -> Result<Measurement> {
    ensure!(
        report.operations > 0 && report.workload_ms > 0,
        "too few operations to measure; raise --ops"
    );
    let ns_per_operation = report.workload_ms as f64 * 1e6 / report.operations as f64;
    Ok(Measurement {
        ns_per_operation,
        peak_memory_kib: report.peak_memory_kib,
    })
}

fn table(all: &[Configuration]) -> Result<Table> {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_header([
        "",
        "operations/s",
        "added ns/operation",
        "of no filter",
        ".sys bytes",
        "peak MiB",
    ]);
    let bare = &all[0].measured;
    for one in all {
        let pairs = || one.measured.iter().zip(bare);
        let speed = median(one.measured.iter().map(|m| 1e9 / m.ns_per_operation));
        let added =
            median(pairs().map(|(with, without)| with.ns_per_operation - without.ns_per_operation));
        let share = median(
            pairs().map(|(with, without)| 100.0 * without.ns_per_operation / with.ns_per_operation),
        );
        let peak = one
            .measured
            .iter()
            .map(|m| m.peak_memory_kib)
            .max()
            .unwrap_or(0);
        let bytes = one
            .driver
            .as_ref()
            .map(fs::metadata)
            .transpose()?
            .map(|file| file.len().to_string());
        table.add_row([
            one.name.clone(),
            format!("{speed:.0}"),
            format!("{added:.0}"),
            format!("{share:.1} %"),
            bytes.unwrap_or_else(|| "-".to_owned()),
            format!("{:.1}", peak as f64 / 1024.0),
        ]);
    }
    table
        .column_iter_mut()
        .skip(1)
        .for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    Ok(table)
}

/// The middle value, or the mean of the two middle ones; 0 of nothing.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => sorted[middle],
        _ => f64::midpoint(sorted[middle - 1], sorted[middle]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_or_the_mean_of_the_middles() {
        assert_eq!(median([3.0, 1.0, 100.0].into_iter()), 3.0);
        assert_eq!(median([4.0, 1.0, 2.0, 100.0].into_iter()), 3.0);
    }

    #[test]
    fn time_per_operation_follows_from_the_report() {
        let report = Report {
            verdict: "clean".into(),
            operations: 1000,
            workload_ms: 2,
            peak_memory_kib: 7,
        };
        assert_eq!(measurement(&report).unwrap().ns_per_operation, 2000.0);
    }

    #[test]
    fn a_run_too_short_to_time_is_refused() {
        let report = Report {
            verdict: "clean".into(),
            operations: 5,
            workload_ms: 0,
            peak_memory_kib: 7,
        };
        assert!(measurement(&report).is_err());
    }
}
