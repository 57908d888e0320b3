//! The main job: the real ringfence.sys on real files, clean, with its numbers right.

use drydock::report::Report;
use ringfence_tests::drydock::ringfence::run_ringfence;
use ringfence_tests::drydock::{Run, driver, source_tree};
use std::collections::BTreeMap;
use std::fs;

const MIXED: [&str; 8] = [
    "--workload",
    "mixed",
    "--ops",
    "20000",
    "--threads",
    "2",
    "--seed",
    "1",
];

fn one_thread(seed: &str) -> Run {
    run_ringfence(&["--workload", "mixed", "--ops", "3000", "--seed", seed])
}

/// All but the two measured numbers and the command line, which names a file of its own, as text.
fn replayed(run: &Run) -> String {
    let report = Report {
        workload_ms: 0,
        peak_memory_kib: 0,
        replay: Default::default(),
        ..run.report.clone()
    };
    serde_json::to_string_pretty(&report).expect("a report is JSON")
}

#[test]
fn every_operation_once_is_clean() {
    let run = run_ringfence(&["--workload", "smoke"]).assert_clean();
    assert!(run.report.operations > 0);
    assert_eq!(run.report.attached.len(), 1);
    let inf = fs::read_to_string(driver("ringfence").with_extension("inf")).expect("an INF");
    assert!(inf.contains(&run.report.attached[0].altitude));
}

#[test]
fn a_mixed_load_on_two_threads_is_clean_and_uses_what_the_driver_is_for() {
    let run = run_ringfence(&MIXED).assert_clean();
    assert_eq!(run.report.operations, 20_000);
    for import in [
        "FltGetContextsEx",
        "FltReleaseContextsEx",
        "FltAcquireResourceShared",
        "FltAcquireResourceExclusive",
        "FltReleaseResource",
        "ExAcquireRundownProtectionEx",
        "ExReleaseRundownProtectionEx",
    ] {
        assert!(run.calls(import) > 0, "{import}");
    }
}

#[test]
fn acquires_equal_releases() {
    let run = run_ringfence(&MIXED).assert_clean();
    assert_eq!(
        run.calls("FltGetContextsEx"),
        run.calls("FltReleaseContextsEx")
    );
    let acquired = run.calls("FltAcquireResourceShared") + run.calls("FltAcquireResourceExclusive");
    assert_eq!(acquired, run.calls("FltReleaseResource"));
    assert_eq!(run.calls("ExAllocatePool2"), run.calls("ExFreePoolWithTag"));
    let (mut taken, mut released) = (run.calls("FltReferenceContext"), 0);
    for (kind, counts) in &run.report.contexts {
        assert_eq!(counts.allocated, counts.freed, "{kind}");
        taken += counts.allocated + counts.got;
        released += counts.released;
    }
    assert_eq!(taken, released);
}

#[test]
fn the_driver_counts_what_drydock_counts() {
    let run = one_thread("1").assert_clean();
    let set: BTreeMap<_, _> = run
        .report
        .contexts
        .iter()
        .map(|(kind, counts)| (kind.as_str(), counts.set))
        .collect();
    assert_eq!(run.printed("creates"), run.pre("IRP_MJ_CREATE"));
    assert_eq!(run.printed("tracked"), set["stream handle"]);
    assert_eq!(run.printed("cleanups"), run.pre("IRP_MJ_CLEANUP"));
    assert_eq!(run.printed("closes"), run.pre("IRP_MJ_CLOSE"));
    assert_eq!(run.printed("untracked"), 0);
    assert!(run.printed("reads") <= run.post("IRP_MJ_READ") && run.printed("reads") > 0);
    assert!(run.printed("writes") <= run.post("IRP_MJ_WRITE") && run.printed("writes") > 0);
    let changes = run.printed("renames") + run.printed("dispositions");
    assert!(changes <= run.post("IRP_MJ_SET_INFORMATION") && changes > 0);
}

#[test]
fn walking_over_the_source_tree_is_clean_and_leaves_it_as_it_was() {
    let copy = source_tree::copy();
    let before = source_tree::count(copy.path());
    let volume = copy.path().display().to_string();
    let run = run_ringfence(&["--workload", "walk", "--volume", &volume]).assert_clean();
    assert_eq!(run.report.operations, before);
    assert_eq!(source_tree::count(copy.path()), before);
}

#[test]
fn one_seed_replays_one_run() {
    let first = one_thread("7").assert_clean();
    assert_eq!(replayed(&first), replayed(&one_thread("7")));
    assert_ne!(replayed(&first), replayed(&one_thread("8")));
}
