//! Windows time — 100 ns units since 1601 and since start.

use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::schedule;
use super::standstill::THREADS;

/// Units between 1601 and 1970.
const EPOCH: i64 = 116_444_736_000_000_000;

/// When every schedule starts, since 1970: the first of January 2026.
const SCHEDULED_START: Duration = Duration::from_secs(1_767_225_600);

/// `KeQuerySystemTimePrecise` — now in units of 100 ns since 1601.
#[must_use]
pub fn system_time() -> i64 {
    let since = schedule::now().map_or_else(host_time, |now| SCHEDULED_START + now);
    i64::try_from(since.as_nanos() / 100).unwrap_or(i64::MAX - EPOCH) + EPOCH
}

fn host_time() -> Duration {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap_or_default() + THREADS.passed()
}

/// Time since the simulated kernel started; where a schedule decides, that of the schedule. Where none does it is the host's,
/// and what passed at standstills.
#[must_use]
pub fn running() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    schedule::now().unwrap_or_else(|| START.get_or_init(Instant::now).elapsed() + THREADS.passed())
}

/// `KeQueryInterruptTime` — units of 100 ns since the simulated kernel started.
#[must_use]
pub fn since_start() -> u64 {
    u64::try_from(running().as_nanos() / 100).unwrap_or(u64::MAX)
}
