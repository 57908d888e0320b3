//! A driver with a communication port, compiled from `port/port.c`, and the clients that workloads bring.

use crate::driver_file::{Ran, run_with};

const MESSENGER: &[u8] = include_bytes!("port/messenger.sys");

/// One count of the driver's only port.
fn count(ran: &Ran, what: &str) -> u64 {
    ran.report["ports"][0][what].as_u64().unwrap_or(0)
}

fn verdict(ran: &Ran) -> (Option<i32>, Option<&str>) {
    (ran.code, ran.report["verdict"].as_str())
}

#[test]
fn a_client_comes_sends_answers_and_goes() {
    let ran = run_with(MESSENGER, &["--workload", "smoke"]);
    assert_eq!(verdict(&ran), (Some(0), Some("clean")), "{}", ran.report);
    assert_eq!((count(&ran, "connected"), count(&ran, "timed_out")), (2, 0));
    // Twelve good messages and eight bad ones; two bad ones do not pass the probes.
    assert_eq!(count(&ran, "to_driver"), 20);
    assert!(count(&ran, "from_driver") > 10);
}

#[test]
fn clients_come_and_go_under_load_and_one_is_there_at_unload() {
    let load = ["--workload", "mixed", "--ops", "1500"];
    for threads in ["1", "4"] {
        let ran = run_with(MESSENGER, &[&load[..], &["--threads", threads]].concat());
        assert_eq!(verdict(&ran), (Some(0), Some("clean")), "{}", ran.report);
        assert!(count(&ran, "connected") >= 2, "{}", ran.report["ports"]);
        assert!(count(&ran, "to_driver") > 0 && count(&ran, "from_driver") > 100);
    }
}

#[test]
fn one_thread_and_one_seed_repeat_what_clients_do() {
    let run = || {
        run_with(
            MESSENGER,
            &["--workload", "mixed", "--ops", "1000", "--seed", "7"],
        )
    };
    let (one, two) = (run(), run());
    assert_eq!(one.report["ports"], two.report["ports"]);
    assert_eq!(one.report["calls"], two.report["calls"]);
}

#[test]
fn without_clients_nobody_connects() {
    let ran = run_with(MESSENGER, &["--client", "none"]);
    assert_eq!(verdict(&ran), (Some(0), Some("clean")), "{}", ran.report);
    assert_eq!(
        (count(&ran, "connected"), count(&ran, "from_driver")),
        (0, 0)
    );
}

#[test]
fn a_messagenotify_without_try_survives_polite_clients_only() {
    let unguarded = include_bytes!("port/unguarded.sys");
    let ran = run_with(unguarded, &["--client", "polite"]);
    assert_eq!(verdict(&ran), (Some(0), Some("clean")), "{}", ran.report);
    let ran = run_with(unguarded, &[]);
    assert_eq!(verdict(&ran), (Some(4), Some("bugcheck")), "{}", ran.report);
}

#[test]
fn a_port_left_open_at_unregister_is_named() {
    let ran = run_with(include_bytes!("port/left_open.sys"), &[]);
    assert_eq!(
        (ran.code, ran.rules()),
        (Some(3), vec!["F18 port open at unregister"])
    );
}
