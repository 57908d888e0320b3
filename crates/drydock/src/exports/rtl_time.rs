//! RtlTimeToTimeFields, RtlTimeToSecondsSince1970 and their kin — shims over the calendar.
#![allow(unsafe_code)] // Windows calling convention

use minifilter_sys::{LARGE_INTEGER, PTIME_FIELDS, PTIME_FIELDS_CONST};

use crate::export;
use crate::model::calendar::{self, SECOND, TO_1970, TO_1980};

fn time_of(time: *const LARGE_INTEGER) -> i64 {
    // SAFETY: the driver passes a LARGE_INTEGER of its own.
    let time = unsafe { *time };
    // SAFETY: every bit pattern is a 64-bit number.
    unsafe { time.QuadPart }
}

fn put<T>(out: *mut T, value: T) {
    // SAFETY: the driver passes a variable of its own to be written.
    unsafe { out.write(value) };
}

/// The seconds since `start`, if they fit into 32 bits; nothing is written else.
fn seconds(time: *const LARGE_INTEGER, start: i64, out: *mut u32) -> u8 {
    let since = time_of(time).div_euclid(SECOND) - start;
    let fitting = u32::try_from(since);
    if let Ok(seconds) = fitting {
        put(out, seconds);
    }
    u8::from(fitting.is_ok())
}

fn time_since(start: i64, seconds: u32, out: *mut LARGE_INTEGER) {
    let units = (start + i64::from(seconds)) * SECOND;
    put(out, LARGE_INTEGER { QuadPart: units });
}

export! { Dll::Ntoskrnl;
    /// `RtlTimeToTimeFields`
    fn RtlTimeToTimeFields(time: *const LARGE_INTEGER, out: PTIME_FIELDS) {
        put(out, calendar::fields(time_of(time)));
    }
    /// `RtlTimeFieldsToTime` — FALSE for a date that does not exist.
    fn RtlTimeFieldsToTime(fields: PTIME_FIELDS_CONST, out: *mut LARGE_INTEGER) -> u8 {
        // SAFETY: the driver passes TIME_FIELDS of its own.
        let time = calendar::time(unsafe { &*fields });
        if let Some(units) = time {
            put(out, LARGE_INTEGER { QuadPart: units });
        }
        u8::from(time.is_some())
    }
    /// `RtlTimeToSecondsSince1970`
    fn RtlTimeToSecondsSince1970(time: *const LARGE_INTEGER, out: *mut u32) -> u8 { seconds(time, TO_1970, out) }
    /// `RtlTimeToSecondsSince1980`
    fn RtlTimeToSecondsSince1980(time: *const LARGE_INTEGER, out: *mut u32) -> u8 { seconds(time, TO_1980, out) }
    /// `RtlSecondsSince1970ToTime`
    fn RtlSecondsSince1970ToTime(seconds: u32, out: *mut LARGE_INTEGER) { time_since(TO_1970, seconds, out) }
    /// `RtlSecondsSince1980ToTime`
    fn RtlSecondsSince1980ToTime(seconds: u32, out: *mut LARGE_INTEGER) { time_since(TO_1980, seconds, out) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_taken_apart_and_put_together() {
        let _ = crate::model::thread::current();
        let time = LARGE_INTEGER {
            QuadPart: (TO_1970 + 1_000_000_000) * SECOND,
        };
        // SAFETY: integers, for which zero is a value.
        let mut fields = unsafe { std::mem::zeroed() };
        call!(RtlTimeToTimeFields(&raw const time, &raw mut fields));
        assert_eq!(
            (fields.Year, fields.Month, fields.Day, fields.Hour),
            (2001, 9, 9, 1)
        );
        let mut back = LARGE_INTEGER { QuadPart: 0 };
        assert_eq!(
            call!(RtlTimeFieldsToTime(&raw const fields, &raw mut back)),
            1
        );
        assert_eq!(time_of(&raw const back), time_of(&raw const time));
        (fields.Month, fields.Day) = (2, 29);
        assert_eq!(
            call!(RtlTimeFieldsToTime(&raw const fields, &raw mut back)),
            0
        );
    }

    #[test]
    fn seconds_that_do_not_fit_are_refused() {
        let _ = crate::model::thread::current();
        let (mut time, mut seconds) = (LARGE_INTEGER { QuadPart: 0 }, 7);
        let to_1970 = |time: *const LARGE_INTEGER, out| call!(RtlTimeToSecondsSince1970(time, out));
        assert_eq!(to_1970(&raw const time, &raw mut seconds), 0);
        assert_eq!(seconds, 7);
        call!(RtlSecondsSince1970ToTime(u32::MAX, &raw mut time));
        assert_eq!(to_1970(&raw const time, &raw mut seconds), 1);
        assert_eq!(seconds, u32::MAX);
        call!(RtlSecondsSince1980ToTime(5, &raw mut time));
        let mut since = 0;
        let at = &raw const time;
        assert_eq!(call!(RtlTimeToSecondsSince1980(at, &raw mut since)), 1);
        assert_eq!(since, 5);
    }
}
