//! `--trace` — one line an event, written to one file: thread, milliseconds, and what happened.
//!
//! `>` a callback of the driver begins, `<` it has returned, `=` with this result; an import by its name when it is called,
//! and with `=` what it gave back; an operation with its file and status when it has ended.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::fault::word;
use super::timeline;
use crate::exports::gate::Call;
use crate::model::{modules, thread, time};
use crate::report::status_text;

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
    let now = time::running().as_secs_f64() * 1000.0;
    if let Ok(mut out) = OUT.lock()
        && let Some(out) = out.as_mut()
    {
        // A full disk ends the trace, not the run.
        let written = writeln!(out, "{:5} {now:11.3} {text}", thread::current().id);
        ON.store(written.is_ok(), Ordering::Relaxed);
    }
}

/// Writes the line of an import call.
#[cold]
pub fn call(function: &str, irql: u8) {
    let caller = Call::current().caller;
    line(|| format!("irql {irql} {function} from {}", modules::describe(caller)));
}

/// Writes the line of an import's result: its status by name if it looks like one, an address as that, else in hexadecimal.
#[cold]
pub fn returned<R>(function: &str, result: &R) {
    if size_of::<R>() == 0 {
        return;
    }
    line(|| match word(result) {
        value if size_of::<R>() == 4 && value >> 30 != 0 => {
            format!("{function} = {}", status_text(value as u32 as i32))
        }
        // Where memory lies differs from run to run, and a schedule's trace shall not.
        value if value > u64::from(u32::MAX) => format!("{function} = address"),
        value => format!("{function} = {value:#x}"),
    });
}

/// A callback of the driver begins; gives when, if anybody looks.
#[inline]
pub fn entered(site: &str, level: u8) -> Option<Duration> {
    if !on() && !timeline::on() {
        return None;
    }
    line(|| format!("> {site} at irql {level}"));
    Some(time::running())
}

/// A callback of the driver has returned.
#[cold]
pub fn left(site: &str, begun: Duration) {
    line(|| format!("< {site}"));
    timeline::note("callbacks", Some(begun), || {
        [site.to_owned(), String::new(), String::new()]
    });
}

/// What a callback has returned.
pub fn result(text: impl FnOnce() -> String) {
    line(|| format!("= {}", text()));
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
