//! Seeing is tested too: each faulty driver breaks one rule, drydock names it, and its corrected twin is clean.

use drydock::verify::rule::{self, Rule};
use ringfence_tests::drydock::fault::{self, Fault};
use ringfence_tests::drydock::root;
use ringfence_tests::pinned;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::sync::Mutex;

/// Exit status of a run that the kernel stopped.
const STOPPED: i32 = 4;

/// Runs `judge` over the rows on two threads and fails with all that it found.
fn for_each(rows: Vec<Fault>, judge: impl Fn(&Fault) -> Vec<String> + Sync) {
    let rows = Mutex::new(rows.into_iter());
    let wrong = Mutex::new(Vec::new());
    let next = || rows.lock().expect("no thread panicked").next();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(row) = next() {
                    let found = judge(&row);
                    if !found.is_empty() {
                        let text = format!("{}: {}", row.driver, found.join("; "));
                        wrong.lock().expect("no thread panicked").push(text);
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("no thread panicked");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn misjudged(row: &Fault) -> Vec<String> {
    row.misjudged(&row.run("faulty"))
}

fn table_text() -> String {
    let mut out = String::from(
        "| Driver | What it does | Drydock says | Code | Exit |\n|---|---|---|---|---|\n",
    );
    for row in fault::table() {
        let code = if row.code.is_empty() {
            "–"
        } else {
            &row.code
        };
        let (driver, what, rule, exit) = (&row.driver, row.what(), &row.rule, row.exit);
        writeln!(out, "| {driver} | {what} | {rule} | {code} | {exit} |")
            .expect("a String takes it");
    }
    out
}

#[test]
fn every_fault_is_named_and_no_other() {
    for_each(fault::table(), misjudged);
    println!("{}", table_text());
}

#[test]
fn every_fault_is_named_in_a_scheduled_run_too() {
    /// Some faults hang on levels that are drawn, and a schedule draws them from its seed.
    const SEEDS: [&str; 4] = ["3", "4", "5", "6"];
    for_each(fault::table(), |row| {
        let mut wrong = Vec::new();
        for seed in SEEDS {
            let mut row = row.clone();
            row.options.extend(["--schedule", seed].map(str::to_owned));
            wrong = misjudged(&row);
            if wrong.is_empty() {
                break;
            }
        }
        wrong
    });
}

#[test]
fn every_corrected_twin_is_clean() {
    for_each(fault::table(), |row| {
        let run = row.run("corrected");
        let verdict = format!("{:?}", run.report.verdict).to_lowercase();
        if verdict == row.corrected && run.report.violations.is_empty() {
            return Vec::new();
        }
        vec![format!("{verdict}\n{}{}", run.stdout, run.stderr)]
    });
}

#[test]
fn every_driver_has_one_row() {
    let sources = fs::read_dir(fault::folder().join("faults")).expect("the folder can be read");
    let drivers: BTreeSet<String> = sources
        .map(|entry| entry.expect("an entry").path())
        .map(|path| {
            path.file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    let rows: Vec<String> = fault::table().into_iter().map(|row| row.driver).collect();
    assert_eq!(rows, drivers.into_iter().collect::<Vec<_>>());
}

/// Rules that no driver in Rust can break, and the test that has a C driver break each.
const BROKEN_IN_C: &[(&str, &str)] = &[
    // The one who takes the exception needs a `__try`.
    (
        "exception left a callback of an operation",
        "crates/drydock/tests/driver/callout.rs",
    ),
];

fn broken_in_c(rule: &str) -> bool {
    let test = BROKEN_IN_C.iter().find(|(name, _)| *name == rule);
    test.is_some_and(|(_, file)| {
        let text = fs::read_to_string(root().join(file)).expect("the test can be read");
        text.contains(rule)
    })
}

#[test]
fn every_rule_has_a_faulty_driver() {
    let rows = fault::table();
    let broken = |rule: &Rule| {
        rows.iter().any(|row| {
            // A stop has the name of its code, and not that of the rule behind it.
            let stopped = row.exit == STOPPED && row.code.eq_ignore_ascii_case(&rule.code_text());
            stopped || row.rule == rule.name || row.also.iter().any(|name| name == rule.name)
        })
    };
    let missing: Vec<&str> = rule::ALL
        .iter()
        .filter(|rule| !broken(rule))
        .map(|rule| rule.name)
        .filter(|name| !broken_in_c(name))
        .collect();
    assert!(missing.is_empty(), "no driver breaks {missing:#?}");
}

#[test]
fn a_wrong_judgement_is_found() {
    let row = &fault::table()[0];
    let run = row.run("corrected");
    assert!(row.misjudged(&run).len() >= 2, "{run:?}");
    let other = Fault {
        function: "FltClose".to_owned(),
        ..row.clone()
    };
    assert_eq!(other.misjudged(&row.run("faulty")).len(), 2);
}

#[test]
fn the_table_in_the_docs_is_this_one() {
    pinned::assert_section("docs/testing.md", "faults", &table_text());
}
