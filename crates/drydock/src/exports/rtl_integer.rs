//! RtlIntegerToUnicodeString and back — numbers as counted strings.
#![allow(unsafe_code)] // Windows calling convention

use minifilter_sys::{NTSTATUS, STATUS_INVALID_PARAMETER, STATUS_SUCCESS, UNICODE_STRING};

use super::rtl_string;
use crate::export;
use crate::model::unicode;

/// The base and what follows the prefix that names it; ten where nothing does.
fn prefixed(digits: &[u16]) -> (u32, &[u16]) {
    let named = match digits {
        [48, 120, rest @ ..] => Some((16, rest)), // 0x
        [48, 111, rest @ ..] => Some((8, rest)),  // 0o
        [48, 98, rest @ ..] => Some((2, rest)),   // 0b
        _ => None,
    };
    named.unwrap_or((10, digits))
}

/// The value of the digits up to the first character that is none; as wide as the kernel's arithmetic.
fn value(digits: &[u16], base: u32) -> u32 {
    let digit = |unit: &u16| char::from_u32((*unit).into())?.to_digit(base);
    let values = digits.iter().map_while(digit);
    values.fold(0_u32, |value, digit| {
        value.wrapping_mul(base).wrapping_add(digit)
    })
}

/// What `text` says; `None` for a base that there is not, or nothing to read.
fn parse(text: &[u16], base: u32) -> Option<u32> {
    if text.is_empty() || ![0, 2, 8, 10, 16].contains(&base) {
        return None;
    }
    let start = text.iter().position(|unit| *unit > u16::from(b' '));
    let text = &text[start.unwrap_or(text.len())..];
    let (negative, digits) = match text {
        [45, rest @ ..] => (true, rest),  // -
        [43, rest @ ..] => (false, rest), // +
        _ => (false, text),
    };
    let (base, digits) = if base == 0 {
        prefixed(digits)
    } else {
        (base, digits)
    };
    let value = value(digits, base);
    Some(if negative {
        value.wrapping_neg()
    } else {
        value
    })
}

/// The digits of `value`; `None` for a base that there is not.
fn digits(value: u32, base: u32) -> Option<String> {
    match base {
        0 | 10 => Some(value.to_string()),
        2 => Some(format!("{value:b}")),
        8 => Some(format!("{value:o}")),
        16 => Some(format!("{value:X}")),
        _ => None,
    }
}

export! { Dll::Ntoskrnl;
    /// `RtlUnicodeStringToInteger`
    fn RtlUnicodeStringToInteger(text: *const UNICODE_STRING, base: u32, out: *mut u32) -> NTSTATUS {
        // SAFETY: the driver passes a counted string of its own.
        let text = unsafe { unicode::units(text) };
        let Some(value) = parse(text, base) else {
            return STATUS_INVALID_PARAMETER;
        };
        // SAFETY: the driver passes a ULONG of its own to be filled.
        unsafe { out.write(value) };
        STATUS_SUCCESS
    }
    /// `RtlIntegerToUnicodeString`
    fn RtlIntegerToUnicodeString(value: u32, base: u32, out: *mut UNICODE_STRING) -> NTSTATUS {
        let Some(digits) = digits(value, base) else {
            return STATUS_INVALID_PARAMETER;
        };
        let units: Vec<u16> = digits.encode_utf16().collect();
        rtl_string::put_with_zero(out, &units, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use minifilter_sys::STATUS_BUFFER_OVERFLOW;

    fn integer(text: &str, base: u32) -> (NTSTATUS, i32) {
        let mut units: Vec<u16> = text.encode_utf16().collect();
        let text = counted(&mut units, text.len());
        let mut value = 7;
        // SAFETY: string and value are valid for the call.
        let status = unsafe { RtlUnicodeStringToInteger(&raw const text, base, &raw mut value) };
        (status, value.cast_signed())
    }

    fn counted(units: &mut [u16], length: usize) -> UNICODE_STRING {
        UNICODE_STRING {
            Length: (2 * length) as u16,
            MaximumLength: (2 * units.len()) as u16,
            Buffer: units.as_mut_ptr(),
        }
    }

    #[test]
    fn numbers_are_read_as_the_table_of_the_documentation_says() {
        for (text, base, value) in [
            ("123", 10, 123),
            ("  -345", 10, -345),
            ("xyz", 10, 0),
            ("   +678abc", 10, 678),
            ("   +678abc", 16, 0x678abc),
            ("007", 10, 7),
            ("789", 8, 7),
            ("FGH", 16, 15),
            ("      ", 10, 0),
            ("0x1f", 0, 31),
            ("0b101", 0, 5),
            ("0o17", 0, 15),
            ("42", 0, 42),
        ] {
            assert_eq!(integer(text, base), (STATUS_SUCCESS, value), "`{text}`");
        }
    }

    #[test]
    fn nothing_and_unknown_bases_are_refused_and_leave_the_value() {
        assert_eq!(integer("", 10), (STATUS_INVALID_PARAMETER, 7));
        assert_eq!(integer("1", 7), (STATUS_INVALID_PARAMETER, 7));
    }

    #[test]
    fn a_number_is_written_with_a_zero_behind_it_or_not_at_all() {
        let mut units = [0xAAAA; 4];
        let mut text = counted(&mut units, 0);
        // SAFETY: the string is valid for the call.
        let status = unsafe { RtlIntegerToUnicodeString(0x1f, 16, &raw mut text) };
        assert_eq!((status, text.Length), (STATUS_SUCCESS, 4));
        assert_eq!(units, [b'1'.into(), b'F'.into(), 0, 0xAAAA]);
        // SAFETY: the string is valid for the call.
        let status = unsafe { RtlIntegerToUnicodeString(1234, 0, &raw mut text) };
        assert_eq!(status, STATUS_BUFFER_OVERFLOW);
        // SAFETY: the string is valid for the call.
        let status = unsafe { RtlIntegerToUnicodeString(1, 3, &raw mut text) };
        assert_eq!(status, STATUS_INVALID_PARAMETER);
    }
}
