//! `--trace` — a line for every import call and whatever else the models tell, written to one file.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::exports::gate::Call;
use crate::model::{modules, thread};

static ON: AtomicBool = AtomicBool::new(false);
static OUT: Mutex<Option<BufWriter<File>>> = Mutex::new(None);

/// Starts writing the trace to `path`.
///
/// # Errors
/// The file cannot be created.
pub fn start(path: &Path) -> std::io::Result<()> {
    let file = File::create(path)?;
    if let Ok(mut out) = OUT.lock() {
        *out = Some(BufWriter::new(file));
    }
    ON.store(true, Ordering::Relaxed);
    Ok(())
}

/// Whether a trace is written.
#[inline]
#[must_use]
pub fn on() -> bool {
    ON.load(Ordering::Relaxed)
}

/// Writes one line, made only when a trace is written.
pub fn line(text: impl FnOnce() -> String) {
    if !on() {
        return;
    }
    let text = text();
    if let Ok(mut out) = OUT.lock()
        && let Some(out) = out.as_mut()
    {
        // A full disk ends the trace, not the run.
        let written = writeln!(out, "{:5} {text}", thread::current().id);
        ON.store(written.is_ok(), Ordering::Relaxed);
    }
}

/// Writes the line of an import call.
#[cold]
pub fn call(function: &str, irql: u8) {
    let caller = Call::current().caller;
    line(|| format!("irql {irql} {function} from {}", modules::describe(caller)));
}

/// Writes out what is buffered.
pub fn flush() {
    if let Ok(mut out) = OUT.lock()
        && let Some(out) = out.as_mut()
    {
        // The run is over: there is nobody left to tell of a full disk but the truncated file itself.
        let _ = out.flush();
    }
}
