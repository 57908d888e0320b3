//! Bad input ends with exit status 1 and one line that names file and field; a refusing driver ends with 2.

use crate::driver_file::Arg::Is;
use crate::driver_file::{DriverFile, directory, drydock, run, run_with};

#[test]
fn a_file_that_is_no_driver() {
    for (bytes, expected) in [
        (&b""[..], "e_magic"),
        (b"MZ", "e_lfanew"),
        (b"#!/bin/sh\n", "e_magic"),
    ] {
        let ran = run(bytes);
        assert_eq!(ran.code, Some(1));
        assert_eq!(ran.errors.lines().count(), 1, "{}", ran.errors);
        assert!(
            ran.errors
                .starts_with(&format!("error: test.sys: {expected}: ")),
            "{}",
            ran.errors
        );
    }
}

#[test]
fn a_file_that_is_missing() {
    for command in ["run", "inspect"] {
        let output = drydock(&[command, "/no/such/driver.sys"]);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(
            (output.status.code(), errors.lines().count()),
            (Some(1), 1),
            "{errors}"
        );
        assert!(errors.contains("/no/such/driver.sys"), "{errors}");
    }
}

#[test]
fn a_command_line_that_makes_no_sense() {
    assert_eq!(drydock(&["sail"]).status.code(), Some(1));
    assert_eq!(
        drydock(&["run", "x.sys", "--threads", "0"]).status.code(),
        Some(1)
    );
    assert_eq!(drydock(&["--help"]).status.code(), Some(0));
}

#[test]
fn a_report_that_cannot_be_written() {
    let ran = run_with(
        &DriverFile::new().build(0),
        &["--json", "/no/such/directory/out.json"],
    );
    assert_eq!(ran.code, Some(1));
}

#[test]
fn a_driver_that_refuses_is_shown_with_its_status_by_name() {
    let ran = run(&DriverFile::new().build(0xC000_009A));
    assert_eq!(
        (ran.code, ran.report["verdict"].as_str()),
        (Some(2), Some("refused"))
    );
    assert!(
        ran.report["error"]
            .as_str()
            .is_some_and(|error| error.contains("STATUS_INSUFFICIENT_RESOURCES"))
    );
}

#[test]
fn a_driver_that_refuses_and_leaves_something_behind_breaks_a_rule() {
    let file = DriverFile::new().call("ExAllocatePool2", &[Is(0x40), Is(8), Is(0x41)]);
    let ran = run(&file.build(0xC000_0001));
    assert_eq!((ran.code, ran.rules()), (Some(3), vec!["pool leaked"]));
}

#[test]
fn inspect_shows_what_is_modelled() {
    let place = directory();
    let driver = place.path().join("x.sys");
    let file = DriverFile::new()
        .call("KeGetCurrentIrql", &[])
        .call("ZwMakeCoffee", &[])
        .build(0);
    std::fs::write(&driver, file).expect("the driver is written");
    let output = drydock(&["inspect", &driver.display().to_string(), "--json"]);
    let shown: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let modelled: Vec<_> = shown["imports"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| one["modelled"].as_bool())
        .collect();
    assert_eq!(modelled, [Some(true), Some(false)]);
}
