//! Routines of a driver that imports call, and exceptions that go past those imports, compiled from `callout/callout.c`.

use crate::driver_file::{run, run_with};

/// Every case of callout.c holds: else DriverEntry refuses with one bit for each that does not.
fn all_cases_hold(file: &[u8]) {
    let ran = run(file);
    assert_eq!(
        (ran.code, ran.report["verdict"].as_str()),
        (Some(0), Some("clean")),
        "{} {}",
        ran.report,
        ran.errors
    );
}

#[test]
fn routines_called_by_imports_of_optimized_code() {
    all_cases_hold(include_bytes!("callout/optimized.sys"));
}

#[test]
fn routines_called_by_imports_of_plain_code() {
    all_cases_hold(include_bytes!("callout/plain.sys"));
}

#[test]
fn a_routine_s_exception_that_no_filter_outside_wants_stops_where_it_was_raised() {
    let ran = run(include_bytes!("callout/unhandled.sys"));
    assert_eq!((ran.code, ran.stop()), (Some(4), ("0x7e", "0xc000000d")));
    assert_eq!(
        ran.report["bugcheck"]["function"].as_str(),
        Some("ExRaiseStatus")
    );
}

#[test]
fn an_exception_taken_within_a_callback_concerns_nobody_outside() {
    let ran = run_with(
        include_bytes!("callout/within.sys"),
        &["--workload", "smoke"],
    );
    assert_eq!((ran.code, ran.rules()), (Some(0), vec![]), "{}", ran.text);
}

#[test]
fn an_exception_that_leaves_an_operation_is_taken_outside_and_reported() {
    let ran = run_with(
        include_bytes!("callout/outside.sys"),
        &["--workload", "smoke"],
    );
    let left = "exception left a callback of an operation";
    assert_eq!(
        (ran.code, ran.rules()),
        (Some(3), vec![left]),
        "{}",
        ran.text
    );
}
