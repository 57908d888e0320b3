//! Windows time — 100 ns units since 1601 and since start.

use std::sync::OnceLock;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Units between 1601 and 1970.
const EPOCH: i64 = 116_444_736_000_000_000;

/// `KeQuerySystemTimePrecise` — now in units of 100 ns since 1601.
#[must_use]
pub fn system_time() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_nanos() / 100).unwrap_or(i64::MAX - EPOCH) + EPOCH
}

/// `KeQueryInterruptTime` — units of 100 ns since the simulated kernel started.
#[must_use]
pub fn since_start() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    u64::try_from(START.get_or_init(Instant::now).elapsed().as_nanos() / 100).unwrap_or(u64::MAX)
}
