//! A driver with a communication port, compiled from `port/port.c`, and the clients that workloads bring.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::driver_file::{Ran, directory, run_with};

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
fn a_schedule_repeats_what_clients_do() {
    let load = ["--workload", "mixed", "--ops", "300", "--schedule", "7"];
    let run = || run_with(MESSENGER, &load);
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

#[test]
fn scripts_talk_to_ports() {
    let place = directory();
    let script = place.path().join("port.txt");
    let steps = "connect \\messenger\nsend \\messenger hex:010203 16 hex:06000000\n\
                 fails STATUS_INVALID_PARAMETER send \\messenger \"\" 16\n\
                 fails STATUS_BUFFER_TOO_SMALL send \\messenger x 2\nwrite \\file 0 text\n\
                 disconnect \\messenger\nfails STATUS_INVALID_PARAMETER connect \\messenger context\n\
                 fails STATUS_OBJECT_NAME_NOT_FOUND connect \\none\n";
    std::fs::write(&script, steps).expect("the script is written");
    let ran = run_with(MESSENGER, &["--workload", &script.display().to_string()]);
    assert_eq!(verdict(&ran), (Some(0), Some("clean")), "{}", ran.report);
    assert_eq!((count(&ran, "connected"), count(&ran, "refused")), (1, 1));
    assert!(count(&ran, "from_driver") >= 2);
}

/// Sends a request to a port's socket; gives status and body of the answer.
fn ask(stream: &mut UnixStream, kind: u8, body: &[u8]) -> (u32, Vec<u8>) {
    let mut frame = (12 + body.len() as u32).to_le_bytes().to_vec();
    frame.extend([kind, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    frame.extend(body);
    stream.write_all(&frame).expect("drydock reads");
    let mut head = [0; 20];
    stream.read_exact(&mut head).expect("drydock answers");
    let number = |at: usize| {
        head[at..at + 4]
            .iter()
            .rev()
            .fold(0, |sum, byte| sum << 8 | u32::from(*byte))
    };
    let mut body = vec![0; number(0) as usize - 16];
    stream.read_exact(&mut body).expect("a whole answer");
    (number(16), body)
}

fn socket(path: &Path) -> UnixStream {
    let begun = Instant::now();
    loop {
        if let Ok(stream) = UnixStream::connect(path) {
            return stream;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "no socket {}",
            path.display()
        );
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn another_process_finds_a_port_s_socket_and_nothing_is_left_of_it() {
    let place = directory();
    let (ports, script) = (place.path().join("ports"), place.path().join("await.txt"));
    std::fs::write(&script, "await \\Messenger\n").expect("the script is written");
    let arguments = ["--ports".to_owned(), ports.display().to_string()];
    let workload = script.display().to_string();
    let path = ports.join("Messenger.sock");
    let ran = std::thread::scope(|scope| {
        let run = scope.spawn(|| {
            run_with(
                MESSENGER,
                &["--workload", &workload, &arguments[0], &arguments[1]],
            )
        });
        let mut program = socket(&path);
        assert_eq!(ask(&mut program, 1, &[]).0, 0);
        assert_eq!(
            ask(&mut program, 2, &[4, 0, 0, 0, 40, 2]),
            (0, vec![42, 0, 0, 0])
        );
        assert_eq!(ask(&mut program, 9, &[]).0, 0xC000_000D);
        drop(program);
        run.join().expect("no panic")
    });
    assert_eq!(verdict(&ran), (Some(0), Some("clean")), "{}", ran.report);
    assert_eq!((count(&ran, "connected"), count(&ran, "to_driver")), (1, 1));
    assert!(!path.exists());
}
