//! Several drivers in one stack, and several volumes of several kinds.

use std::path::Path;

use crate::driver_file::{Ran, directory, run_with};

const MESSENGER: &[u8] = include_bytes!("port/messenger.sys");
const OTHER: &[u8] = include_bytes!("port/other.sys");

/// Instance, altitude and volume of every attachment.
fn attached(ran: &Ran) -> Vec<String> {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or("").to_owned();
    let all = ran.report["attached"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    all.iter()
        .map(|one| {
            format!(
                "{} {} {}",
                text(&one["instance"]),
                text(&one["altitude"]),
                text(&one["volume"])
            )
        })
        .collect()
}

fn write(place: &Path, name: &str, bytes: &[u8]) -> String {
    let path = place.join(name);
    std::fs::write(&path, bytes).expect("the driver is written");
    path.display().to_string()
}

#[test]
fn another_driver_stands_below_and_goes_first() {
    let place = directory();
    let other = write(place.path(), "other.sys", OTHER);
    for threads in ["1", "4"] {
        let load = ["--workload", "mixed", "--ops", "800", "--threads", threads];
        let ran = run_with(MESSENGER, &[&load[..], &["--with", &other]].concat());
        let verdict = ran.report["verdict"].as_str();
        assert_eq!(
            (ran.code, verdict),
            (Some(0), Some("clean")),
            "{}",
            ran.report
        );
        let volume = r"\Device\HarddiskVolume1";
        let wanted = [
            format!("other Instance 369000 {volume}"),
            format!("test Instance 370000 {volume}"),
        ];
        assert_eq!(attached(&ran), wanted);
        let ports = ran.report["ports"].as_array().map_or(0, Vec::len);
        assert_eq!(ports, 2, "a client for each driver's port");
    }
}

#[test]
fn a_fault_of_the_other_driver_is_its_own() {
    let place = directory();
    let open = write(
        place.path(),
        "careless.sys",
        include_bytes!("port/left_open.sys"),
    );
    let ran = run_with(OTHER, &["--with", &open]);
    assert_eq!(
        (ran.code, ran.rules()),
        (Some(3), vec!["F18 port open at unregister"])
    );
    let caller = ran.report["violations"][0]["caller"].as_str().unwrap_or("");
    assert!(caller.starts_with("careless.sys+"), "{caller}");
}

#[test]
fn another_driver_that_cannot_be_there_is_named() {
    let place = directory();
    let missing = place.path().join("missing.sys").display().to_string();
    let ran = run_with(MESSENGER, &["--with", &missing]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.errors.contains("--with") && ran.errors.contains("missing.sys"),
        "{}",
        ran.errors
    );
    let same = write(place.path(), "test.sys", OTHER);
    let ran = run_with(MESSENGER, &["--with", &same]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.errors.contains("called test already"), "{}", ran.errors);
}

#[test]
fn volumes_of_other_kinds_come_and_go_while_the_driver_runs() {
    let kinds = ["ntfs", "fat", "network", "raw"];
    let options: Vec<&str> = kinds.iter().flat_map(|kind| ["--also", kind]).collect();
    let ran = run_with(MESSENGER, &options);
    let verdict = ran.report["verdict"].as_str();
    assert_eq!(
        (ran.code, verdict),
        (Some(0), Some("clean")),
        "{}",
        ran.report
    );
    let devices = [
        r"\Device\HarddiskVolume1",
        r"\Device\HarddiskVolume2",
        r"\Device\HarddiskVolume3",
        r"\Device\LanmanRedirector2",
        r"\Device\HarddiskVolume5",
    ];
    let wanted = devices.map(|device| format!("test Instance 370000 {device}"));
    assert_eq!(attached(&ran), wanted);
}
