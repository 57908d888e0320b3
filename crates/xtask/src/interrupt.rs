//! Ctrl-C — the child in the foreground gets it too; here it only ends the work after that child, in order.
//!
//! Nothing is torn down inside the handler: the running step returns, its temporary directories are
//! removed by their owners, and `main` reports 130.

use anyhow::{Context, Result, bail};
use std::sync::atomic::{AtomicBool, Ordering};

static REQUESTED: AtomicBool = AtomicBool::new(false);

/// Takes over SIGINT and SIGTERM for the rest of the process.
pub fn install() -> Result<()> {
    ctrlc::set_handler(|| REQUESTED.store(true, Ordering::SeqCst))
        .context("cannot watch for Ctrl-C")
}

/// Whether the user asked to stop.
pub fn requested() -> bool {
    REQUESTED.load(Ordering::SeqCst)
}

/// Ends the current work between two steps when the user asked to stop.
pub fn check() -> Result<()> {
    if requested() {
        bail!("interrupted");
    }
    Ok(())
}
