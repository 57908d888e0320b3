//! Drivers with structured exception handling, compiled from `seh/seh.c`.

use crate::driver_file::{DriverFile, run};

/// Every case of seh.c holds: else DriverEntry refuses with one bit for each that does not.
fn all_cases_hold(file: &[u8]) {
    let ran = run(file);
    let calls = |name: &str| ran.report["calls"][name].as_u64();
    assert_eq!(
        (ran.code, ran.report["verdict"].as_str()),
        (Some(0), Some("clean")),
        "{} {}",
        ran.report,
        ran.errors
    );
    assert_eq!(calls("ExRaiseAccessViolation"), Some(500));
    assert!(calls("__C_specific_handler") > Some(2000));
}

#[test]
fn handlers_filters_and_finally_of_optimized_code() {
    all_cases_hold(include_bytes!("seh/optimized.sys"));
}

#[test]
fn handlers_filters_and_finally_of_plain_code() {
    all_cases_hold(include_bytes!("seh/plain.sys"));
}

#[test]
fn a_fault_that_no_filter_wants_stops_where_it_was() {
    let ran = run(include_bytes!("seh/unhandled.sys"));
    assert_eq!((ran.code, ran.stop()), (Some(4), ("0x50", "0x10")));
    assert_eq!(
        ran.report["bugcheck"]["function"].as_str(),
        Some("driver code")
    );
}

#[test]
fn a_raised_status_that_no_filter_wants_stops_its_caller() {
    let ran = run(include_bytes!("seh/raised.sys"));
    assert_eq!((ran.code, ran.stop()), (Some(4), ("0x7e", "0xc000000d")));
    assert_eq!(
        ran.report["bugcheck"]["function"].as_str(),
        Some("ExRaiseStatus")
    );
    assert!(
        ran.report["bugcheck"]["caller"]
            .as_str()
            .is_some_and(|caller| caller.starts_with("test.sys+"))
    );
}

#[test]
fn a_raised_status_in_a_driver_without_handlers() {
    use crate::driver_file::Arg::Is;
    let ran = run(&DriverFile::new()
        .call("ExRaiseStatus", &[Is(0xC000_009A)])
        .build(0));
    assert_eq!((ran.code, ran.stop()), (Some(4), ("0x7e", "0xc000009a")));
}

#[test]
fn a_pure_virtual_call_stops_its_caller() {
    let ran = run(&DriverFile::new().call("_purecall", &[]).build(0));
    assert_eq!((ran.code, ran.stop()), (Some(4), ("0x7e", "0xc0000002")));
}
