//! Bad input: one line on standard error that names file and field, exit 1, nothing on standard output.

use ringfence_tests::drydock::bad_image::{self, good, run_bytes};
use ringfence_tests::drydock::{Run, driver, run};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

fn run_with(option: &str, value: &std::path::Path) -> Run {
    run(&driver("null"), &[option, &value.display().to_string()])
}

#[test]
fn a_file_that_is_no_pe() {
    run_bytes(b"#!/bin/sh\necho no driver\n").assert_refused(&["bad.sys", "e_magic"]);
}

#[test]
fn a_pe_of_32_bits() {
    run_bytes(&bad_image::i386(&good()).bytes).assert_refused(&["bad.sys", "Machine", "32"]);
}

#[test]
fn a_truncated_file_at_every_length() {
    let image = good();
    for length in (0..image.bytes.len()).step_by(211) {
        run_bytes(&image.bytes[..length]).assert_refused(&["bad.sys: "]);
    }
}

#[test]
fn overlapping_sections() {
    run_bytes(&bad_image::overlapping(&good()).bytes).assert_refused(&[
        "bad.sys",
        "VirtualAddress",
        "overlaps",
    ]);
}

#[test]
fn a_user_mode_dll() {
    let dll = bad_image::replaced(&good(), "FLTMGR.SYS", "USER32.dll");
    run_bytes(&dll.bytes).assert_refused(&["bad.sys", "USER32.dll"]);
    let subsystem = good().with_optional_header(68, &[2, 0]);
    run_bytes(&subsystem.bytes).assert_refused(&["bad.sys", "Subsystem"]);
}

#[test]
fn an_import_by_ordinal() {
    run_bytes(&bad_image::by_ordinal(&good()).bytes)
        .assert_refused(&["bad.sys", "import", "ordinal"]);
}

#[test]
fn an_import_of_an_unknown_dll() {
    let unknown = bad_image::replaced(&good(), "FLTMGR.SYS", "NOSUCH.SYS");
    run_bytes(&unknown.bytes).assert_refused(&["bad.sys", "import", "NOSUCH.SYS"]);
}

#[test]
fn an_inf_without_instances() {
    let place = tempfile::tempdir().expect("a temporary directory");
    let inf = place.path().join("bare.inf");
    fs::write(&inf, "[Version]\nSignature = \"$WINDOWS NT$\"\n").expect("the file can be written");
    run_with("--inf", &inf).assert_refused(&["bare.inf", "DefaultInstall"]);
}

#[test]
fn an_inf_that_is_missing() {
    let missing = std::path::Path::new("/no/such/file.inf");
    run_with("--inf", missing).assert_refused(&["/no/such/file.inf"]);
}

#[test]
fn a_volume_directory_that_is_missing() {
    let place = tempfile::tempdir().expect("a temporary directory");
    let missing = place.path().join("missing");
    run_with("--volume", &missing).assert_refused(&[&missing.display().to_string()]);
}

#[test]
fn a_volume_directory_that_is_a_file() {
    run_with("--volume", &driver("null")).assert_refused(&["null.sys", "directory"]);
}

#[test]
fn a_volume_directory_that_is_read_only() {
    let place = tempfile::tempdir().expect("a temporary directory");
    let directory = place.path().join("frozen");
    fs::create_dir(&directory).expect("a directory can be made");
    fs::set_permissions(&directory, Permissions::from_mode(0o555)).expect("its mode can be set");
    run_with("--volume", &directory).assert_refused(&["frozen", "read-only"]);
}

#[test]
fn a_workload_that_is_unknown() {
    let run = run(&driver("null"), &["--workload", "dance"]);
    run.assert_refused(&["dance"]);
}

#[test]
fn a_driver_that_fails_to_load_is_shown_with_its_status_by_name() {
    let run = run(&driver("corrected/entry_fails_registered"), &[]);
    assert_eq!(run.exit, Some(2));
    assert!(
        run.stdout
            .contains("STATUS_INSUFFICIENT_RESOURCES (0xC000009A)"),
        "{run:?}"
    );
}
