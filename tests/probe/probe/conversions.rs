//! Numbers and other sets of characters, to text and from it.

use crate::{counted, room, say, say_text, wide};
use ringfence_faulty::*;

/// Asks.
pub unsafe fn ask() {
    numbers();
    sets_of_characters();
}

unsafe fn numbers() {
    let mut value = 0;
    let hexadecimal = wide(b" 0x1f rest");
    say(
        c"RtlUnicodeStringToInteger 0x1f",
        RtlUnicodeStringToInteger(&counted(&hexadecimal), 0, &mut value).into(),
    );
    say(c"RtlUnicodeStringToInteger 0x1f, the number", value.into());
    let negative = wide(b"-42");
    say(
        c"RtlUnicodeStringToInteger -42",
        RtlUnicodeStringToInteger(&counted(&negative), 10, &mut value).into(),
    );
    say(
        c"RtlUnicodeStringToInteger -42, the number",
        i64::from(value as i32),
    );
    say(
        c"RtlUnicodeStringToInteger, base 7",
        RtlUnicodeStringToInteger(&counted(&negative), 7, &mut value).into(),
    );
    let mut buffer = [0; 4];
    let mut text = room(&mut buffer);
    say(
        c"RtlIntegerToUnicodeString 255, base 16",
        RtlIntegerToUnicodeString(255, 16, &mut text).into(),
    );
    say_text(c"RtlIntegerToUnicodeString 255, base 16, the text", &text);
    say(
        c"RtlIntegerToUnicodeString 123456, too small",
        RtlIntegerToUnicodeString(123_456, 10, &mut text).into(),
    );
}

unsafe fn sets_of_characters() {
    let text = wide(b"plain");
    let mut ansi = core::mem::zeroed();
    say(
        c"RtlUnicodeStringToAnsiString",
        RtlUnicodeStringToAnsiString(&mut ansi, &counted(&text), 1).into(),
    );
    say(c"RtlUnicodeStringToAnsiString, length", ansi.Length.into());
    say(
        c"RtlUnicodeStringToAnsiString, maximum length",
        ansi.MaximumLength.into(),
    );
    let mut unicode = core::mem::zeroed();
    say(
        c"RtlAnsiStringToUnicodeString",
        RtlAnsiStringToUnicodeString(&mut unicode, &ansi, 1).into(),
    );
    say_text(c"RtlAnsiStringToUnicodeString, the text", &unicode);
    say(
        c"RtlAnsiStringToUnicodeString, maximum length",
        unicode.MaximumLength.into(),
    );
    RtlFreeUnicodeString(&mut unicode);
    RtlFreeAnsiString(&mut ansi);
    say(
        c"RtlFreeUnicodeString leaves no buffer",
        unicode.Buffer.is_null().into(),
    );
}
