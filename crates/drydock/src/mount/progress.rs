//! What goes on in a mount, on a terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Progress — one line that changes; nothing where nobody looks.
pub struct Progress(ProgressBar);

impl Progress {
    /// Begins to show.
    pub fn new() -> Self {
        let spinner = ProgressBar::new_spinner().with_message("mounted");
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
            spinner.set_style(style);
        }
        spinner.enable_steady_tick(Duration::from_millis(250));
        Self(spinner)
    }

    /// Shows how much was done.
    pub fn show(&self, requests: u64, open: usize) {
        self.0
            .set_message(format!("mounted: {requests} requests, {open} open"));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
