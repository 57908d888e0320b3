//! `cargo xtask search` — thousands of thread orders: nothing may be found in correct drivers, and every planted race.

use crate::drydock::Drydock;
use crate::workspace::Arch;
use crate::{build, interrupt, progress, targets, workspace};
use anyhow::{Context, Result};
use comfy_table::{Table, presets};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(clap::Args)]
#[command(after_help = "Examples:
  cargo xtask search               2000 orders of each, which takes some minutes
  cargo xtask search --seeds 100   a quick look")]
pub struct Args {
    /// Orders of threads to try in each search
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u64).range(1..))]
    seeds: u64,
}

/// One search.
struct Search {
    driver: PathBuf,
    plan: &'static str,
    /// A race is planted.
    planted: bool,
}

/// What came of it: the seed that found something, in words, or none.
struct Outcome {
    found: Option<String>,
    /// The report, where something was found.
    text: String,
}

pub fn run(args: &Args) -> Result<ExitCode> {
    let ringfence = build::sys_files(Arch::X64, &[targets::driver()?])?.remove(0);
    let drydock = Drydock::build()?;
    let searches = searches(&ringfence)?;
    let bar = progress::bar("searching", searches.len() as u64);
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_header(["driver", "plan", "a race is", "drydock"]);
    let mut wrong = String::new();
    for search in &searches {
        let outcome = run_one(&drydock, search, args.seeds)?;
        bar.inc(1);
        let name = search.driver.file_name().unwrap_or_default();
        let found = outcome.found.as_deref();
        table.add_row([
            name.to_string_lossy().as_ref(),
            search.plan,
            if search.planted {
                "planted"
            } else {
                "not known"
            },
            found.unwrap_or("finds nothing"),
        ]);
        if found.is_some() != search.planted {
            wrong.push_str(&outcome.text);
        }
    }
    bar.finish_and_clear();
    println!("{table}");
    println!("up to {} orders of threads each", args.seeds);
    if wrong.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    println!("{wrong}");
    Ok(ExitCode::FAILURE)
}

/// Correct drivers first, then each planted race with its corrected twin.
fn searches(ringfence: &Path) -> Result<Vec<Search>> {
    const UNLOAD: &str = "unload-under-load";
    const PORT: &str = "port-disconnect";
    const OTHERS: [&str; 2] = ["detach-under-load", "dismount-under-load"];
    let fixtures = workspace::root()?.join("crates/drydock/tests/driver");
    let mut all = vec![(ringfence.to_owned(), UNLOAD, false)];
    all.extend(OTHERS.map(|plan| (ringfence.to_owned(), plan, false)));
    let rows = [
        ("port/messenger.sys", UNLOAD, false),
        ("port/messenger.sys", PORT, false),
        ("port/stale.sys", PORT, true),
        ("race/work_item_corrected.sys", UNLOAD, false),
        ("race/work_item.sys", UNLOAD, true),
        ("race/context_set_corrected.sys", UNLOAD, false),
        ("race/context_set.sys", UNLOAD, true),
    ];
    all.extend(rows.map(|(file, plan, planted)| (fixtures.join(file), plan, planted)));
    let search = |(driver, plan, planted)| Search {
        driver,
        plan,
        planted,
    };
    Ok(all.into_iter().map(search).collect())
}

fn run_one(drydock: &Drydock, search: &Search, seeds: u64) -> Result<Outcome> {
    let output = drydock
        .search(&search.driver)
        .args(["--plan", search.plan, "--seeds", &seeds.to_string()])
        .output()
        .context("cannot start drydock")?;
    interrupt::check()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    let line = text.lines().find_map(|line| line.strip_prefix("found "));
    let found = match line {
        Some(line) => Some(format!(
            "finds it {}",
            line.trim().trim_end_matches("; again with")
        )),
        None if output.status.success() => None,
        None => Some(format!("ended with {}", output.status)),
    };
    Ok(Outcome { found, text })
}
