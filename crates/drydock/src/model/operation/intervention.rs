//! What filters do to operations on purpose: complete them, change parameters and say so, give another result.
//!
//! All of it is a filter's right. A workload that gets other results than the volume gives may blame the driver only
//! while nothing of this has happened.

use std::sync::atomic::{AtomicU64, Ordering};

/// A way to step in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intervention {
    /// FLT_PREOP_COMPLETE.
    Completed,
    /// Parameters changed, and FltSetCallbackDataDirty called.
    Parameters,
    /// Status or information changed in a post-operation callback.
    Result,
}

static COUNTS: [AtomicU64; 3] = [const { AtomicU64::new(0) }; 3];

/// Counts one.
pub fn count(intervention: Intervention) {
    COUNTS[intervention as usize].fetch_add(1, Ordering::Relaxed);
}

/// How often filters have stepped in this way since the volume was mounted.
pub fn counted(intervention: Intervention) -> u64 {
    COUNTS[intervention as usize].load(Ordering::Relaxed)
}

/// Filters have stepped in since the volume was mounted.
pub fn any() -> bool {
    COUNTS
        .iter()
        .any(|count| count.load(Ordering::Relaxed) != 0)
}

/// A volume is mounted.
pub fn begin() {
    for count in &COUNTS {
        count.store(0, Ordering::Relaxed);
    }
}
