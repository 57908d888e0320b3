//! RtlDuplicateUnicodeString, RtlValidateUnicodeString and numbers of 64 bits — shims.
#![allow(unsafe_code)] // Windows calling convention

use minifilter_sys::{NTSTATUS, STATUS_INVALID_PARAMETER, STATUS_SUCCESS, UNICODE_STRING};

use super::rtl_string;
use crate::export;
use crate::model::unicode;

/// RTL_DUPLICATE_UNICODE_STRING_NULL_TERMINATE and RTL_DUPLICATE_UNICODE_STRING_ALLOCATE_NULL_STRING.
const NULL_TERMINATE: u32 = 1;
const ALLOCATE_NULL_STRING: u32 = 2;
const STATUS_INVALID_PARAMETER_2: NTSTATUS = 0xC000_00F0_u32 as NTSTATUS;

const EMPTY: UNICODE_STRING = UNICODE_STRING {
    Length: 0,
    MaximumLength: 0,
    Buffer: std::ptr::null_mut(),
};

/// Whether a counted string is one: even, no longer than its buffer, with a buffer unless it is empty.
fn is_valid(text: *const UNICODE_STRING) -> bool {
    // SAFETY: the driver passes null or a counted string of its own.
    unsafe { text.as_ref() }.is_none_or(|text| {
        let even = text.Length.is_multiple_of(2) && text.MaximumLength.is_multiple_of(2);
        let fits = text.Length <= text.MaximumLength;
        even && fits && (!text.Buffer.is_null() || text.MaximumLength == 0)
    })
}

fn duplicate(flags: u32, source: *const UNICODE_STRING, out: *mut UNICODE_STRING) -> NTSTATUS {
    let known = NULL_TERMINATE | ALLOCATE_NULL_STRING;
    // The second flag says something only of the zero behind a string.
    if flags & !known != 0 || flags == ALLOCATE_NULL_STRING || out.is_null() {
        return STATUS_INVALID_PARAMETER;
    }
    // SAFETY: not null; the driver passes a string of its own to be filled.
    unsafe { out.write(EMPTY) };
    if !is_valid(source) {
        return STATUS_INVALID_PARAMETER;
    }
    let units = if source.is_null() {
        &[]
    } else {
        // SAFETY: a valid counted string of the driver's.
        unsafe { unicode::units(source) }
    };
    if units.is_empty() && flags != known {
        return STATUS_SUCCESS;
    }
    if flags & NULL_TERMINATE != 0 {
        rtl_string::put_with_zero(out, units, true)
    } else {
        rtl_string::put_counted(out, units, true)
    }
}

/// The digits of `value` without a sign.
fn digits(mut value: u64, base: u32) -> Option<String> {
    let base = match base {
        0 => 10,
        2 | 8 | 10 | 16 => base,
        _ => return None,
    };
    let mut text = Vec::new();
    loop {
        let digit = (value % u64::from(base)) as u32;
        text.push(char::from_digit(digit, base)?.to_ascii_uppercase());
        value /= u64::from(base);
        if value == 0 {
            return Some(text.into_iter().rev().collect());
        }
    }
}

/// The number at the start of `text` and the units that it takes.
fn number(text: &[u16], base: u32) -> Option<(i64, usize)> {
    if ![0, 2, 8, 10, 16].contains(&base) {
        return None;
    }
    let character = |at: usize| text.get(at).and_then(|unit| char::from_u32((*unit).into()));
    let mut at = text
        .iter()
        .take_while(|unit| **unit <= u16::from(b' '))
        .count();
    let negative = character(at) == Some('-');
    at += usize::from(matches!(character(at), Some('-' | '+')));
    let named = match (base, character(at), character(at + 1)) {
        (0, Some('0'), Some('x')) => Some(16),
        (0, Some('0'), Some('o')) => Some(8),
        (0, Some('0'), Some('b')) => Some(2),
        _ => None,
    };
    at += if named.is_some() { 2 } else { 0 };
    let base = named.unwrap_or(if base == 0 { 10 } else { base });
    let mut value = 0_i64;
    while let Some(digit) = character(at).and_then(|character| character.to_digit(base)) {
        value = value.wrapping_mul(base.into()).wrapping_add(digit.into());
        at += 1;
    }
    Some((
        if negative {
            value.wrapping_neg()
        } else {
            value
        },
        at,
    ))
}

export! { Dll::Ntoskrnl;
    /// `RtlDuplicateUnicodeString`
    fn RtlDuplicateUnicodeString(flags: u32, source: *const UNICODE_STRING, out: *mut UNICODE_STRING) -> NTSTATUS {
        duplicate(flags, source, out)
    }
    /// `RtlValidateUnicodeString`
    fn RtlValidateUnicodeString(flags: u32, text: *const UNICODE_STRING) -> NTSTATUS {
        if flags == 0 && is_valid(text) { STATUS_SUCCESS } else { STATUS_INVALID_PARAMETER }
    }
    /// `RtlInt64ToUnicodeString`
    fn RtlInt64ToUnicodeString(value: u64, base: u32, out: *mut UNICODE_STRING) -> NTSTATUS {
        let Some(digits) = digits(value, base) else { return STATUS_INVALID_PARAMETER };
        let units: Vec<u16> = digits.encode_utf16().collect();
        rtl_string::put_with_zero(out, &units, false)
    }
    /// `RtlUnicodeStringToInt64`
    fn RtlUnicodeStringToInt64(text: *const UNICODE_STRING, base: u32, out: *mut i64, end: *mut *const u16) -> NTSTATUS {
        // SAFETY: the driver passes a counted string of its own.
        let units = unsafe { unicode::units(text) };
        let Some((value, used)) = number(units, base) else { return STATUS_INVALID_PARAMETER_2 };
        // SAFETY: the driver passes a number of its own to be written.
        unsafe { out.write(value) };
        if !end.is_null() {
            // SAFETY: not null; the driver passes a pointer of its own to be written.
            unsafe { end.write(units.as_ptr().wrapping_add(used)) };
        }
        STATUS_SUCCESS
    }
    /// `RtlCharToInteger`
    fn RtlCharToInteger(text: *const std::ffi::c_char, base: u32, out: *mut u32) -> NTSTATUS {
        // SAFETY: the driver passes a string that ends with a zero.
        let bytes = unsafe { std::ffi::CStr::from_ptr(text) }.to_bytes();
        let units: Vec<u16> = bytes.iter().map(|byte| u16::from(*byte)).collect();
        let Some((value, _)) = number(&units, base) else { return STATUS_INVALID_PARAMETER };
        // SAFETY: the driver passes a ULONG of its own to be written.
        unsafe { out.write(value as u32) };
        STATUS_SUCCESS
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::io_irp::tests::string;

    fn duplicated(flags: u32, text: &str) -> (NTSTATUS, u16, u16, bool) {
        let source = string(text);
        let mut out = string("");
        let status = call!(RtlDuplicateUnicodeString(
            flags,
            &raw const source,
            &raw mut out
        ));
        let buffer = out.Buffer;
        if !buffer.is_null() && status == STATUS_SUCCESS {
            crate::model::pool::free(buffer.cast(), 0);
        }
        (status, out.Length, out.MaximumLength, buffer.is_null())
    }

    #[test]
    fn a_duplicate_ends_with_a_zero_when_that_is_wanted() {
        let _ = crate::model::thread::current();
        assert_eq!(duplicated(0, "abc"), (STATUS_SUCCESS, 6, 6, false));
        assert_eq!(duplicated(1, "abc"), (STATUS_SUCCESS, 6, 8, false));
        assert_eq!(duplicated(1, ""), (STATUS_SUCCESS, 0, 0, true));
        assert_eq!(duplicated(3, ""), (STATUS_SUCCESS, 0, 2, false));
        assert_eq!(duplicated(2, "abc").0, STATUS_INVALID_PARAMETER);
        assert_eq!(duplicated(4, "abc").0, STATUS_INVALID_PARAMETER);
    }

    #[test]
    fn a_string_longer_than_its_buffer_is_not_valid() {
        let _ = crate::model::thread::current();
        let mut text = string("abc");
        assert_eq!(
            call!(RtlValidateUnicodeString(0, &raw const text)),
            STATUS_SUCCESS
        );
        assert_eq!(
            call!(RtlValidateUnicodeString(1, &raw const text)),
            STATUS_INVALID_PARAMETER
        );
        text.Length = text.MaximumLength + 2;
        assert_eq!(
            call!(RtlValidateUnicodeString(0, &raw const text)),
            STATUS_INVALID_PARAMETER
        );
    }

    #[test]
    fn long_numbers_are_written_and_read() {
        let _ = crate::model::thread::current();
        let mut buffer = [0_u16; 20];
        let mut out = UNICODE_STRING {
            Length: 0,
            MaximumLength: 40,
            Buffer: buffer.as_mut_ptr(),
        };
        let status = call!(RtlInt64ToUnicodeString(0xFF_FFFF_FFFF, 16, &raw mut out));
        assert_eq!((status, out.Length), (STATUS_SUCCESS, 20));
        let (mut value, mut end) = (0, std::ptr::null());
        call!(RtlUnicodeStringToInt64(
            &raw const out,
            16,
            &raw mut value,
            &raw mut end
        ));
        assert_eq!(
            (value, end),
            (0xFF_FFFF_FFFF, buffer.as_ptr().wrapping_add(10))
        );
        assert_eq!(
            call!(RtlInt64ToUnicodeString(1, 7, &raw mut out)),
            STATUS_INVALID_PARAMETER
        );
        let none = std::ptr::null_mut();
        assert_eq!(
            call!(RtlUnicodeStringToInt64(
                &raw const out,
                7,
                &raw mut value,
                none
            )),
            STATUS_INVALID_PARAMETER_2
        );
        let mut small = 0;
        call!(RtlCharToInteger(c" -0x1F".as_ptr(), 0, &raw mut small));
        assert_eq!(small as i32, -31);
    }
}
