//! The library serves any minifilter: its examples run clean in the bench.

use ringfence_tests::drydock::{Run, driver, run};

const MIXED: [&str; 6] = ["--workload", "mixed", "--ops", "3000", "--threads", "2"];

#[track_caller]
fn clean(name: &str, arguments: &[&str]) -> Run {
    run(&driver(name), arguments).assert_clean()
}

#[test]
fn null_is_clean_and_sees_every_open() {
    let run = clean("null", &["--workload", "smoke"]);
    let seen: Vec<_> = run.report.seen.iter().map(|seen| &seen.operation).collect();
    assert_eq!(seen, ["IRP_MJ_CREATE"]);
    clean("null", &MIXED);
}

#[test]
fn pass_through_is_clean_and_sees_every_operation_before_and_after() {
    let run = clean("pass_through", &["--workload", "smoke"]);
    for operation in [
        "IRP_MJ_CREATE",
        "IRP_MJ_READ",
        "IRP_MJ_WRITE",
        "IRP_MJ_DIRECTORY_CONTROL",
        "IRP_MJ_CLEANUP",
    ] {
        assert!(run.pre(operation) > 0, "{operation}");
        assert_eq!(run.pre(operation), run.post(operation), "{operation}");
    }
    clean("pass_through", &MIXED);
}

#[test]
fn pre_query_is_clean_and_sees_the_queries_it_is_measured_with() {
    let run = clean("pre_query", &["--workload", "query", "--ops", "1000"]);
    assert_eq!(run.pre("IRP_MJ_QUERY_INFORMATION"), 1000);
}
