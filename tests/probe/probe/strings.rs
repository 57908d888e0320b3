//! Counted strings: comparing, copying, appending.

use crate::{counted, room, say, say_text, wide};
use ringfence_faulty::*;

/// `HASH_STRING_ALGORITHM_X65599` — the algorithm that the documentation names.
const X65599: ULONG = 1;

/// Asks.
pub unsafe fn ask() {
    compare();
    copy();
    append();
}

unsafe fn compare() {
    let (upper, lower, longer) = (wide(b"ABC"), wide(b"abc"), wide(b"abcd"));
    let (upper, lower, longer) = (counted(&upper), counted(&lower), counted(&longer));
    say(
        c"RtlCompareUnicodeString abc ABC, case counts",
        sign(RtlCompareUnicodeString(&lower, &upper, 0)),
    );
    say(
        c"RtlCompareUnicodeString abc ABC, case does not",
        sign(RtlCompareUnicodeString(&lower, &upper, 1)),
    );
    say(
        c"RtlCompareUnicodeString abc abcd",
        sign(RtlCompareUnicodeString(&lower, &longer, 0)),
    );
    say(
        c"RtlEqualUnicodeString abc ABC, case counts",
        RtlEqualUnicodeString(&lower, &upper, 0).into(),
    );
    say(
        c"RtlEqualUnicodeString abc ABC, case does not",
        RtlEqualUnicodeString(&lower, &upper, 1).into(),
    );
    say(
        c"RtlPrefixUnicodeString abc of abcd",
        RtlPrefixUnicodeString(&lower, &longer, 0).into(),
    );
    say(
        c"RtlPrefixUnicodeString abcd of abc",
        RtlPrefixUnicodeString(&longer, &lower, 0).into(),
    );
    say(
        c"RtlPrefixUnicodeString ABC of abcd, case does not",
        RtlPrefixUnicodeString(&upper, &longer, 1).into(),
    );
    let mut hash = 0;
    let status = RtlHashUnicodeString(&lower, 1, X65599, &mut hash);
    say(c"RtlHashUnicodeString abc", status.into());
    say(c"RtlHashUnicodeString abc, the hash", hash.into());
}

fn sign(value: i32) -> i64 {
    value.signum().into()
}

unsafe fn copy() {
    let source = wide(b"source");
    let source = counted(&source);
    let mut buffer = [0; 4];
    let mut target = room(&mut buffer);
    RtlCopyUnicodeString(&mut target, &source);
    say_text(c"RtlCopyUnicodeString into four characters", &target);
    RtlCopyUnicodeString(&mut target, core::ptr::null());
    say(
        c"RtlCopyUnicodeString of nothing, length",
        target.Length.into(),
    );
    let mut upper = room(&mut buffer);
    say(
        c"RtlUpcaseUnicodeString, too small",
        RtlUpcaseUnicodeString(&mut upper, &source, 0).into(),
    );
    let mut large = [0; 8];
    let mut upper = room(&mut large);
    say(
        c"RtlUpcaseUnicodeString",
        RtlUpcaseUnicodeString(&mut upper, &source, 0).into(),
    );
    say_text(c"RtlUpcaseUnicodeString, the text", &upper);
    say(
        c"RtlUpcaseUnicodeChar of a small letter with diaeresis",
        RtlUpcaseUnicodeChar(0xE4).into(),
    );
    say(
        c"RtlDowncaseUnicodeChar of a Greek letter",
        RtlDowncaseUnicodeChar(0x3A9).into(),
    );
}

unsafe fn append() {
    let tail = wide(b"tail");
    let tail = counted(&tail);
    let mut buffer = [0; 10];
    let mut whole = room(&mut buffer);
    for _ in 0..3 {
        say(
            c"RtlAppendUnicodeStringToString",
            RtlAppendUnicodeStringToString(&mut whole, &tail).into(),
        );
    }
    let more = wide(b"xy\0");
    say(
        c"RtlAppendUnicodeToString",
        RtlAppendUnicodeToString(&mut whole, more.as_ptr().cast_mut()).into(),
    );
    say_text(c"what was appended", &whole);
    let mut empty = UNICODE_STRING {
        Length: 1,
        MaximumLength: 1,
        Buffer: core::ptr::null_mut(),
    };
    RtlInitUnicodeString(&mut empty, core::ptr::null());
    say(
        c"RtlInitUnicodeString of nothing, maximum length",
        empty.MaximumLength.into(),
    );
    let text = wide(b"seven..\0");
    RtlInitUnicodeString(&mut empty, text.as_ptr());
    say(c"RtlInitUnicodeString, length", empty.Length.into());
    say(
        c"RtlInitUnicodeString, maximum length",
        empty.MaximumLength.into(),
    );
}
