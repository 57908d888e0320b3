//! KeQueryXxxTime — shims.
#![allow(unsafe_code)] // Windows calling convention

use minifilter_sys::LARGE_INTEGER;

use crate::export;
use crate::model::time;

/// Units of 100 ns between two clock ticks.
const TIME_INCREMENT: u32 = 156_250;

fn write(out: *mut LARGE_INTEGER, units: i64) {
    if !out.is_null() {
        // SAFETY: not null; the driver passes a LARGE_INTEGER of its own to be written.
        unsafe { out.write(LARGE_INTEGER { QuadPart: units }) };
    }
}

fn since_start() -> i64 {
    i64::try_from(time::since_start()).unwrap_or(i64::MAX)
}

export! { Dll::Ntoskrnl;
    /// `KeQuerySystemTimePrecise`
    fn KeQuerySystemTimePrecise(out: *mut LARGE_INTEGER) { write(out, time::system_time()) }
    /// `KeQueryPerformanceCounter`
    fn KeQueryPerformanceCounter(frequency: *mut LARGE_INTEGER) -> i64 {
        write(frequency, 10_000_000);
        since_start()
    }
    /// `KeQueryTimeIncrement`
    fn KeQueryTimeIncrement() -> u32 { TIME_INCREMENT }
    /// `KeQueryUnbiasedInterruptTime`
    fn KeQueryUnbiasedInterruptTime() -> u64 { time::since_start() }
    /// `KeQueryInterruptTimePrecise`
    fn KeQueryInterruptTimePrecise(_counter: *mut u64) -> u64 { time::since_start() }
    /// `ExSystemTimeToLocalTime` — the bench's time zone is UTC.
    fn ExSystemTimeToLocalTime(system: *const LARGE_INTEGER, local: *mut LARGE_INTEGER) {
        // SAFETY: the driver passes two LARGE_INTEGERs of its own.
        unsafe { local.copy_from(system, 1) };
    }
    /// `ExLocalTimeToSystemTime`
    fn ExLocalTimeToSystemTime(local: *const LARGE_INTEGER, system: *mut LARGE_INTEGER) {
        // SAFETY: the driver passes two LARGE_INTEGERs of its own.
        unsafe { system.copy_from(local, 1) };
    }
}
