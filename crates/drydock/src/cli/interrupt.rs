//! Ctrl-C — the parent ends its child, removes the scratch directory and exits with 130.
//!
//! The handler only remembers; the thread that waits for the child looks, so that nothing is torn down twice.

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};

/// Exit status of a program that was interrupted.
pub const EXIT: u8 = 130;

static REQUESTED: AtomicBool = AtomicBool::new(false);

/// Takes over SIGINT, SIGTERM and SIGHUP for the rest of the process.
pub fn watch() -> Result<()> {
    ctrlc::set_handler(|| REQUESTED.store(true, Ordering::SeqCst))
        .context("cannot watch for Ctrl-C")
}

/// Whether the user asked to stop.
pub fn requested() -> bool {
    REQUESTED.load(Ordering::SeqCst)
}

/// What the program ends with then.
pub fn exit_code() -> ExitCode {
    eprintln!("interrupted");
    ExitCode::from(EXIT)
}
