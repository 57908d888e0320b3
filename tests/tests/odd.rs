//! No rule fires on a correct driver: each of these looks like a fault and is none.

use drydock::report::Verdict;
use ringfence_tests::drydock::odd::{self, Odd, WAYS};
use ringfence_tests::pinned;
use std::fmt::Write;
use std::sync::Mutex;
use std::thread;

/// What drydock had to say about one of them; nothing if it was clean.
fn complaints(odd: &Odd) -> Vec<String> {
    let runs = WAYS.iter().map(|way| (way, odd.run(way)));
    let wrong = runs.filter(|(_, run)| {
        let report = &run.report;
        report.verdict != Verdict::Clean || !report.violations.is_empty() || run.exit != Some(0)
    });
    wrong
        .map(|(way, run)| {
            let (driver, way) = (&odd.driver, way.join(" "));
            format!("{driver} {way}\n{}{}", run.stdout, run.stderr)
        })
        .collect()
}

#[test]
fn every_odd_driver_is_clean_in_every_way() {
    let rows = Mutex::new(odd::all().into_iter());
    let wrong = Mutex::new(Vec::new());
    let next = || rows.lock().expect("no thread panicked").next();
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(row) = next() {
                    let found = complaints(&row);
                    wrong.lock().expect("no thread panicked").extend(found);
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("no thread panicked");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_in_the_docs_is_this_one() {
    let mut text = String::from("| Driver | What looks odd and is right |\n|---|---|\n");
    for Odd { driver, what } in odd::all() {
        writeln!(text, "| {driver} | {what} |").expect("a String takes it");
    }
    pinned::assert_section("docs/testing.md", "odd", &text);
}
