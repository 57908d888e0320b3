//! `--faults sweep`: every call that may fail does, once for each call stack, and what comes of it is told.

use drydock::report::Report;
use ringfence_tests::drydock::ringfence::run_ringfence;
use ringfence_tests::drydock::{Run, driver, run};
use std::collections::BTreeSet;

fn functions(report: &Report) -> BTreeSet<&str> {
    let stacks = report.faults.stacks.iter();
    stacks.map(|stack| stack.function.as_str()).collect()
}

#[test]
fn ringfence_survives_the_failure_of_every_call_that_may_fail() {
    let options = ["--workload", "mixed", "--ops", "400", "--faults", "sweep"];
    let Run { report, stdout, .. } = run_ringfence(&options).assert_clean();
    let sweep = report.sweep.as_ref().expect("a sweep");
    println!("{stdout}");
    assert!(sweep.bad.is_empty(), "{:#?}", sweep.bad);
    // A call made only on a rare path may not be made again; all others are.
    assert_eq!(sweep.missed, 0, "{sweep:?}");
    let answers: usize = report
        .faults
        .stacks
        .iter()
        .map(|stack| stack.answers.len())
        .sum();
    assert!(sweep.runs as usize >= answers && sweep.stacks as usize >= report.faults.stacks.len());
    // Whatever the driver calls in this workload and the table knows was made to fail.
    let fallible = drydock::verify::fault::answers::all().map(|row| row.function);
    let called: BTreeSet<&str> = fallible
        .filter(|name| report.calls.contains_key(*name))
        .collect();
    assert!(called.len() > 5, "{called:?}");
    assert_eq!(functions(&report), called);
}

#[test]
fn a_bad_run_can_be_repeated_by_its_command() {
    let file = driver("faulty/pool_leaked_on_failure");
    let swept = run(&file, &["--faults", "sweep"]);
    assert_eq!(swept.exit, Some(3), "{swept:?}");
    let sweep = swept.report.sweep.expect("a sweep");
    let [bad] = sweep.bad.as_slice() else {
        panic!("{sweep:?}")
    };
    assert_eq!(
        (bad.function.as_str(), bad.answer.as_str()),
        ("ExAllocatePool2", "NULL")
    );
    let strike = bad.replay.rsplit(' ').next().expect("a last word");
    let again = run(&file, &["--faults", strike]);
    assert_eq!(again.exit, Some(3), "{again:?}");
    assert_eq!(again.report.faults.injected, 1);
    assert_eq!(
        again.report.violations[0].rule,
        swept.report.violations[0].rule
    );
}

#[test]
fn random_faults_repeat_with_their_seed() {
    let options = [
        "--workload",
        "mixed",
        "--ops",
        "500",
        "--faults",
        "random:0.05",
    ];
    let injected = || {
        run_ringfence(&options)
            .assert_clean()
            .report
            .faults
            .injected
    };
    let once = injected();
    assert!(once > 0);
    assert_eq!(once, injected());
}
