//! A run that its user stops: nothing of it is left.

use ringfence_tests::drydock::{driver, spawn};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Asks every few milliseconds until there is an answer.
#[track_caller]
fn eventually<T>(what: &str, ask: impl Fn() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        match ask() {
            Some(answer) => return answer,
            None if begun.elapsed() > Duration::from_secs(30) => panic!("waited for {what}"),
            None => std::thread::sleep(Duration::from_millis(10)),
        }
    }
}

/// The process in which the driver runs, and its volume.
fn scenario_of(parent: u32) -> Option<(u32, PathBuf)> {
    let children = fs::read_to_string(format!("/proc/{parent}/task/{parent}/children")).ok()?;
    let child = children.split_whitespace().next()?.parse().ok()?;
    let line = fs::read_to_string(format!("/proc/{child}/cmdline")).ok()?;
    let mut words = line.split('\0').skip_while(|word| *word != "--volume");
    Some((child, PathBuf::from(words.nth(1)?)))
}

fn is_running(process: u32) -> bool {
    Path::new(&format!("/proc/{process}")).exists()
}

#[track_caller]
fn leaves_nothing(signal: &str) {
    let arguments = ["--workload", "mixed", "--ops", "100000000"];
    let mut parent = spawn(&driver("null"), &arguments);
    let (child, volume) = eventually("the child", || scenario_of(parent.id()));
    eventually("work", || volume.join("mixed0").exists().then_some(()));
    let mut kill = Command::new("kill");
    let sent = kill.args([signal, &parent.id().to_string()]).status();
    assert!(sent.expect("kill starts").success());
    assert_eq!(parent.wait().expect("it ends").code(), Some(130));
    assert!(!is_running(child) && !volume.exists());
}

#[test]
fn ctrl_c_leaves_neither_child_nor_volume() {
    leaves_nothing("-INT");
}

#[test]
fn a_request_to_end_leaves_neither_child_nor_volume() {
    leaves_nothing("-TERM");
}

#[test]
fn a_killed_parent_takes_its_child_along() {
    let arguments = ["--workload", "mixed", "--ops", "100000000"];
    let mut parent = spawn(&driver("null"), &arguments);
    let (child, volume) = eventually("the child", || scenario_of(parent.id()));
    eventually("work", || volume.join("mixed0").exists().then_some(()));
    parent.kill().expect("it runs");
    parent.wait().expect("it ends");
    eventually("the child's end", || (!is_running(child)).then_some(()));
    // Nobody is left to do it.
    fs::remove_dir_all(&volume).expect("the volume can be removed");
}
