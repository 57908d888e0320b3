//! Drivers with a control device and a system thread, compiled from `device/device.c`.

use crate::driver_file::{Ran, run_with};

fn run(file: &[u8]) -> Ran {
    run_with(file, &["--workload", "smoke"])
}

#[test]
fn a_control_device_answers_and_goes_with_its_driver_and_its_thread() {
    let ran = run(include_bytes!("device/correct.sys"));
    let verdict = ran.report["verdict"].as_str();
    assert_eq!(
        (ran.code, verdict),
        (Some(0), Some("clean")),
        "{}",
        ran.text
    );
    let calls = |name: &str| ran.report["calls"][name].as_u64();
    assert!(calls("IofCompleteRequest") > Some(25));
    assert_eq!(calls("PsTerminateSystemThread"), Some(1));
    assert_eq!(calls("DbgPrint").unwrap_or(0), 0);
}

#[test]
fn a_status_that_was_not_completed_with_and_a_thread_left_running_are_reported() {
    let ran = run(include_bytes!("device/faulty.sys"));
    let codes: Vec<_> = ran.report["violations"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|violation| violation["code"].as_str())
        .collect();
    assert_eq!((ran.code, codes), (Some(3), vec!["0xC9/0x224", "0xCE"]));
}
