//! Commands that may not take for ever.

use std::io::Read;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Runs a command and returns its output.
///
/// # Panics
/// It cannot be started, or takes longer than `patience`; then it is killed.
#[must_use]
pub fn within(patience: Duration, command: &mut Command) -> Output {
    let shown = format!("{command:?}");
    let files = (tempfile::tempfile(), tempfile::tempfile());
    let (mut out, mut err) = (files.0.expect("a file"), files.1.expect("a file"));
    // Files, not pipes: a server that the command leaves behind would keep a pipe open.
    command
        .stdin(Stdio::null())
        .stdout(out.try_clone().expect("a descriptor"))
        .stderr(err.try_clone().expect("a descriptor"));
    let mut child = command
        .spawn()
        .unwrap_or_else(|error| panic!("{shown}: {error}"));
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("a child can be asked") {
            break status;
        }
        if started.elapsed() > patience {
            child.kill().expect("a child can be killed");
            panic!("{shown} took longer than {patience:?}\n{}", text(&mut err));
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    Output {
        status,
        stdout: text(&mut out).into_bytes(),
        stderr: text(&mut err).into_bytes(),
    }
}

fn text(file: &mut std::fs::File) -> String {
    use std::io::Seek;
    let mut bytes = Vec::new();
    file.rewind().expect("a file can be rewound");
    file.read_to_end(&mut bytes).expect("a file can be read");
    String::from_utf8_lossy(&bytes).into_owned()
}
