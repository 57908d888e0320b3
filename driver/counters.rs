//! What the driver has seen, in numbers. Kept with atomics, since post-operation callbacks may run at DISPATCH_LEVEL.

use core::ffi::CStr;
use core::sync::atomic::{AtomicU64, Ordering};

use minifilter::prelude::*;
use minifilter::print;

/// Numbers that only grow while the driver is loaded.
#[derive(Default)]
pub struct Counters {
    /// Opens that were asked for.
    pub creates: Counter,
    /// Opens that succeeded and got their contexts.
    pub tracked: Counter,
    /// Opens that succeeded but could not be tracked: no memory, or a file that carries no contexts.
    pub untracked: Counter,
    /// Opens whose name could not be had.
    pub unnamed: Counter,
    /// Reads that succeeded on tracked streams.
    pub reads: Counter,
    /// Bytes those reads brought.
    pub bytes_read: Counter,
    /// Writes that succeeded on tracked streams.
    pub writes: Counter,
    /// Bytes those writes took.
    pub bytes_written: Counter,
    /// Changes of name that succeeded.
    pub renames: Counter,
    /// Changes of the wish to delete that succeeded.
    pub dispositions: Counter,
    /// Handles that went.
    pub cleanups: Counter,
    /// File objects that went.
    pub closes: Counter,
}

impl Counters {
    /// Prints every number on a line of its own.
    pub fn print(&self, irql: &Irql<'_, Passive>) {
        let lines: [(&CStr, &Counter); 12] = [
            (c"ringfence: creates", &self.creates),
            (c"ringfence: tracked", &self.tracked),
            (c"ringfence: untracked", &self.untracked),
            (c"ringfence: unnamed", &self.unnamed),
            (c"ringfence: reads", &self.reads),
            (c"ringfence: bytes read", &self.bytes_read),
            (c"ringfence: writes", &self.writes),
            (c"ringfence: bytes written", &self.bytes_written),
            (c"ringfence: renames", &self.renames),
            (c"ringfence: dispositions", &self.dispositions),
            (c"ringfence: cleanups", &self.cleanups),
            (c"ringfence: closes", &self.closes),
        ];
        for (label, counter) in lines {
            print::number(label, counter.get(), irql);
        }
    }
}

/// One such number.
#[derive(Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Adds one.
    pub fn count(&self) {
        self.add(1);
    }

    /// Adds `amount`.
    pub fn add(&self, amount: u64) {
        self.0.fetch_add(amount, Ordering::Relaxed);
    }

    /// What has been counted so far.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
