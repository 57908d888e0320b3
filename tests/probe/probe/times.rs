//! Times taken apart and put together, and GUIDs as text.

use crate::{counted, say, say_text, wide};
use ringfence_faulty::*;

/// Asks.
pub unsafe fn ask() {
    for time in [0, 126_227_808_001_230_000, 132_539_328_000_000_000] {
        apart(time);
    }
    together(2000, 2, 29);
    // Wine takes days that a month does not have.
    together(2001, 2, 28);
    together(1601, 1, 1);
    together(1600, 12, 31);
    identifiers();
}

unsafe fn apart(units: i64) {
    let mut time = LARGE_INTEGER { QuadPart: units };
    let mut fields: TIME_FIELDS = core::mem::zeroed();
    RtlTimeToTimeFields(&mut time, &mut fields);
    say(c"RtlTimeToTimeFields, the time", units);
    for (part, value) in [
        (c"the year", fields.Year),
        (c"the month", fields.Month),
        (c"the day", fields.Day),
        (c"the hour", fields.Hour),
        (c"the minute", fields.Minute),
        (c"the second", fields.Second),
        (c"the millisecond", fields.Milliseconds),
        (c"the weekday", fields.Weekday),
    ] {
        say(part, value.into());
    }
}

unsafe fn together(year: i16, month: i16, day: i16) {
    let mut fields: TIME_FIELDS = core::mem::zeroed();
    (fields.Year, fields.Month, fields.Day) = (year, month, day);
    (fields.Hour, fields.Minute, fields.Second) = (23, 59, 58);
    let mut time = LARGE_INTEGER { QuadPart: -1 };
    let exists = RtlTimeFieldsToTime(&mut fields, &mut time);
    say(c"RtlTimeFieldsToTime", exists.into());
    if exists != 0 {
        say(c"RtlTimeFieldsToTime, the time", time.QuadPart);
    }
}

unsafe fn identifiers() {
    let text = wide(b"{A3A2A1A0-A5A4-A7A6-A8A9-AAABACADAEAF}");
    let mut guid: GUID = core::mem::zeroed();
    say(
        c"RtlGUIDFromString",
        RtlGUIDFromString(&counted(&text), &mut guid).into(),
    );
    let mut back = core::mem::zeroed();
    say(
        c"RtlStringFromGUID",
        RtlStringFromGUID(&guid, &mut back).into(),
    );
    say_text(c"RtlStringFromGUID, the text", &back);
    say(
        c"RtlStringFromGUID, maximum length",
        back.MaximumLength.into(),
    );
    RtlFreeUnicodeString(&mut back);
    let short = wide(b"{A3A2A1A0}");
    say(
        c"RtlGUIDFromString of half a GUID",
        RtlGUIDFromString(&counted(&short), &mut guid).into(),
    );
}
