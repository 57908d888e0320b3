//! Drivers that would take a machine down: each gets a verdict in time, and nothing of the run is left behind.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::driver_file::directory;

const TIMEOUT_S: u64 = 2;
/// What starting, reporting and a busy machine may take beyond the timeout.
const SLACK: Duration = Duration::from_secs(12);

/// What a run of `bad.sys` as the service `name` came to; that it left nothing behind is asserted.
struct Ran {
    code: Option<i32>,
    report: Value,
    output: String,
}

fn run(name: &str) -> Ran {
    let (place, scratch) = (directory(), directory());
    let driver = place.path().join(format!("{name}.sys"));
    let json = place.path().join("report.json");
    std::fs::write(&driver, include_bytes!("bad/bad.sys")).expect("the driver is written");
    let begun = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_drydock"))
        .arg("run")
        .arg(&driver)
        .args(["--timeout-s", &TIMEOUT_S.to_string(), "--json"])
        .arg(&json)
        .env("TMPDIR", scratch.path())
        .output()
        .expect("drydock starts");
    assert!(begun.elapsed() < Duration::from_secs(TIMEOUT_S) + SLACK);
    assert_eq!(processes_with(place.path()), 0);
    let left = std::fs::read_dir(scratch.path()).expect("the directory is there");
    assert_eq!(left.count(), 0, "scratch directories are left");
    let report = std::fs::read_to_string(&json).expect("a report is written");
    Ran {
        code: output.status.code(),
        report: serde_json::from_str(&report).expect("the report is JSON"),
        output: String::from_utf8_lossy(&output.stdout).into_owned(),
    }
}

/// Processes whose command line names something in `place`.
fn processes_with(place: &Path) -> usize {
    let place = place.display().to_string();
    let names_it = |entry: std::io::Result<std::fs::DirEntry>| {
        let command = std::fs::read(entry.ok()?.path().join("cmdline")).ok()?;
        String::from_utf8_lossy(&command)
            .contains(&place)
            .then_some(())
    };
    let all = std::fs::read_dir("/proc").expect("Linux has processes");
    all.filter_map(names_it).count()
}

impl Ran {
    /// The command that does it again is shown.
    fn can_be_replayed(&self, name: &str) {
        let line = self.output.lines().find(|line| line.starts_with("replay"));
        let line = line.unwrap_or_else(|| panic!("no command to replay it in {}", self.output));
        assert!(
            line.contains(&format!("{name}.sys")) && line.contains("--seed 1"),
            "{line}"
        );
    }

    /// The only broken rule is `rule`, in `function`, called from the driver.
    fn breaks(&self, name: &str, rule: &str, function: &str) {
        let first = &self.report["violations"][0];
        assert_eq!(
            (
                self.code,
                first["rule"].as_str(),
                first["function"].as_str()
            ),
            (Some(3), Some(rule), Some(function)),
            "{}",
            self.output
        );
        self.blames(name, &first["caller"]);
    }

    /// The kernel would have stopped with `code`.
    fn stops(&self, name: &str, code: &str) {
        let stop = &self.report["bugcheck"];
        assert_eq!(
            (self.code, stop["code"].as_str()),
            (Some(4), Some(code)),
            "{}",
            self.output
        );
        self.blames(name, &stop["caller"]);
    }

    fn blames(&self, name: &str, caller: &Value) {
        let caller = caller.as_str().unwrap_or_default();
        assert!(
            caller.starts_with(&format!("{name}.sys+")),
            "{caller}\n{}",
            self.output
        );
        self.can_be_replayed(name);
    }
}

fn hangs(name: &str, function: &str) {
    run(name).breaks(name, "driver hung", function);
}

fn stops(name: &str, code: &str) {
    run(name).stops(name, code);
}

#[test]
fn a_driver_that_behaves_well_is_clean() {
    let ran = run("well_behaved");
    // Its entry point fails fast when the loader has not made a cookie of the one it was linked with.
    assert_eq!(ran.code, Some(0), "{}", ran.output);
}

#[test]
fn a_loop_in_driver_entry() {
    hangs("entry_loops", "DriverEntry");
    stops("entry_loops_raised", "0x133");
}

#[test]
fn a_loop_in_a_callback() {
    hangs("callback_loops", "pre-operation IRP_MJ_CREATE");
    hangs("callback_loops_calling", "pre-operation IRP_MJ_CREATE");
    stops("callback_loops_raised", "0x133");
}

#[test]
fn an_unload_that_never_returns() {
    hangs("unload_loops", "FilterUnload");
    let ran = run("unload_waits");
    assert_eq!(ran.code, Some(3), "{}", ran.output);
    ran.can_be_replayed("unload_waits");
}

#[test]
fn a_callback_that_waits_for_ever() {
    let ran = run("callback_waits");
    assert_eq!(ran.code, Some(3), "{}", ran.output);
    ran.can_be_replayed("callback_waits");
}

#[test]
fn a_stack_that_is_overrun() {
    let ran = run("stack_overrun");
    ran.stops("stack_overrun", "0x7f");
    assert_eq!(ran.report["bugcheck"]["parameters"][0], "0x8");
}

#[test]
fn a_pool_block_freed_twice() {
    stops("pool_freed_twice", "0xc2");
}

#[test]
fn a_call_to_nowhere() {
    stops("null_called", "0x50");
    stops("garbage_called", "0x3b");
}

#[test]
fn a_driver_that_writes_to_its_own_image() {
    stops("code_written", "0xbe");
    stops("headers_written", "0xbe");
}

#[test]
fn a_registration_is_the_driver_s_again_once_it_is_registered() {
    let ran = run("registration_written");
    assert_eq!(ran.code, Some(0), "{}", ran.output);
}

#[test]
fn a_filter_handle_that_is_garbage() {
    let ran = run("filter_handle_written");
    assert!(matches!(ran.code, Some(3 | 4)), "{}", ran.output);
    ran.can_be_replayed("filter_handle_written");
}
