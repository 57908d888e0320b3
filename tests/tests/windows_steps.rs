//! What `cargo xtask windows` would run, line by line.

use ringfence_tests::drydock::root;
use ringfence_tests::{command, pinned};
use std::process::{Command, Output};
use std::time::Duration;

fn windows(arguments: &[&str]) -> Output {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .current_dir(root())
        .args(["run", "--quiet", "--package", "xtask", "--", "windows"])
        .args(arguments);
    command::within(Duration::from_mins(10), &mut cargo)
}

fn steps(task: &str) -> String {
    let output = windows(&[task, "--vm", "Test VM's twin", "--dry-run"]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn the_steps_of_each_task_are_the_pinned_ones() {
    for task in [
        "deploy",
        "load",
        "unload",
        "verifier-on",
        "verifier-off",
        "hlk-prep",
    ] {
        pinned::assert_equal(&format!("windows_{task}.txt"), &steps(task), "");
    }
}

#[test]
#[cfg(not(windows))]
fn without_hyper_v_only_a_dry_run_is_possible() {
    let output = windows(&["load", "--vm", "Test"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && said.contains("--dry-run"),
        "{said}"
    );
}
