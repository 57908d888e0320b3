//! UNICODE_STRING — views of counted strings in driver memory, and the kernel's case mapping.
#![allow(unsafe_code)] // looks at driver memory

use std::cmp::Ordering;

use minifilter_sys::{STRING, UNICODE_STRING};

use crate::verify::{self, rule};

/// The units of a counted string; a malformed one is reported and read as empty.
///
/// # Safety
/// `string` is null or points to a UNICODE_STRING whose buffer, if any, is readable for `Length` bytes while `'a` lasts.
#[must_use]
pub unsafe fn units<'a>(string: *const UNICODE_STRING) -> &'a [u16] {
    if string.is_null() {
        return &[];
    }
    // SAFETY: not null, and the caller's contract.
    let string = unsafe { string.read() };
    let malformed = !string.Length.is_multiple_of(2)
        || string.Length > string.MaximumLength
        || (string.Buffer.is_null() && string.Length > 0);
    if malformed {
        let (length, maximum) = (string.Length, string.MaximumLength);
        let detail = format!(
            "Length {length}, MaximumLength {maximum}, Buffer {:p}",
            string.Buffer
        );
        verify::violation(rule::STRING_MALFORMED, detail);
        return &[];
    }
    if string.Length == 0 {
        return &[];
    }
    // SAFETY: not null, of even length, and the caller's contract.
    unsafe { std::slice::from_raw_parts(string.Buffer, usize::from(string.Length) / 2) }
}

/// The bytes of a counted 8-bit string.
///
/// # Safety
/// As for [`units`].
#[must_use]
pub unsafe fn bytes<'a>(string: *const STRING) -> &'a [u8] {
    if string.is_null() {
        return &[];
    }
    // SAFETY: not null, and the caller's contract.
    let string = unsafe { string.read() };
    if string.Length == 0 || string.Buffer.is_null() {
        return &[];
    }
    // SAFETY: not null, and the caller's contract.
    unsafe { std::slice::from_raw_parts(string.Buffer.cast(), usize::from(string.Length)) }
}

/// The units before the zero at the end of a C string.
///
/// # Safety
/// `text` is null or points to units up to and including a zero, readable while `'a` lasts.
#[must_use]
pub unsafe fn until_zero<'a>(text: *const u16, limit: usize) -> &'a [u16] {
    let mut length = 0;
    // SAFETY: no unit before `length` was zero, so the string goes on up to it at least.
    while !text.is_null() && length < limit && unsafe { text.wrapping_add(length).read() } != 0 {
        length += 1;
    }
    if length == 0 {
        return &[];
    }
    // SAFETY: the loop has read every one of these units.
    unsafe { std::slice::from_raw_parts(text, length) }
}

/// `RtlUpcaseUnicodeChar` — the upper case of one unit; units that have no single one stay.
#[must_use]
pub fn upcase(unit: u16) -> u16 {
    single(unit, |character| character.to_uppercase().collect())
}

/// `RtlDowncaseUnicodeChar` — the lower case of one unit.
#[must_use]
pub fn downcase(unit: u16) -> u16 {
    single(unit, |character| character.to_lowercase().collect())
}

fn single(unit: u16, map: impl FnOnce(char) -> Vec<char>) -> u16 {
    if unit < 0x80 {
        let byte = unit as u8;
        let mapped = if byte.is_ascii_alphabetic() {
            map(char::from(byte))
        } else {
            return unit;
        };
        return mapped.first().map_or(unit, |character| *character as u16);
    }
    let Some(character) = char::from_u32(u32::from(unit)) else {
        return unit;
    };
    match map(character).as_slice() {
        [one] => u16::try_from(u32::from(*one)).unwrap_or(unit),
        _ => unit,
    }
}

/// `RtlCompareUnicodeString` — order by unit, upper-cased when `fold`.
#[must_use]
pub fn compare(left: &[u16], right: &[u16], fold: bool) -> Ordering {
    let key = |unit: &u16| if fold { upcase(*unit) } else { *unit };
    left.iter().map(key).cmp(right.iter().map(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    #[test]
    fn case_is_folded_by_single_units() {
        assert_eq!(
            compare(&wide("grüße\\Ω"), &wide("GRÜßE\\ω"), true),
            Ordering::Equal
        );
        assert_eq!(compare(&wide("a"), &wide("B"), false), Ordering::Greater);
        assert_eq!(compare(&wide("ab"), &wide("ABC"), true), Ordering::Less);
    }

    #[test]
    fn a_malformed_string_reads_as_empty_and_is_reported() {
        let found = crate::verify::tests::violations_of("", || {
            let string = UNICODE_STRING {
                Length: 4,
                MaximumLength: 2,
                Buffer: std::ptr::null_mut(),
            };
            // SAFETY: the string has no buffer to read.
            assert!(unsafe { units(&raw const string) }.is_empty());
        });
        assert_eq!(found, ["malformed UNICODE_STRING"]);
    }
}
