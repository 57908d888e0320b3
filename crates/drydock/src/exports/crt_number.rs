//! strtol, wcstoul, _itow_s, strpbrk, … — numbers and sets of characters in C strings, shims.
#![allow(unsafe_code)] // Windows calling convention

use std::ffi::c_int;

use crate::export;
use crate::model::c_string::{self, Unit};

const EINVAL: c_int = 22;
const ERANGE: c_int = 34;

/// The unit of a string at an index; the string has not ended before it.
fn at<U: Unit>(text: *const U, index: usize) -> char {
    // SAFETY: the driver passes a string that ends with a zero, and callers go no further.
    let unit = unsafe { text.wrapping_add(index).read() };
    char::from_u32(unit.value()).unwrap_or('\u{FFFD}')
}

/// The sign, the magnitude and the end of the number at the start of `text`; the end is 0 for none.
fn parse<U: Unit>(text: *const U, radix: u32) -> (bool, u128, usize) {
    let mut index = 0;
    while matches!(at(text, index), '\t'..='\r' | ' ') {
        index += 1;
    }
    let negative = at(text, index) == '-';
    index += usize::from(matches!(at(text, index), '-' | '+'));
    let hexadecimal = at(text, index) == '0' && matches!(at(text, index + 1), 'x' | 'X');
    let radix = match radix {
        0 if hexadecimal => 16,
        0 if at(text, index) == '0' => 8,
        0 => 10,
        radix => radix,
    };
    if radix == 16 && hexadecimal && at(text, index + 2).is_ascii_hexdigit() {
        index += 2;
    }
    let (first, mut value) = (index, 0_u128);
    while let Some(digit) = at(text, index).to_digit(radix) {
        value = value
            .saturating_mul(radix.into())
            .saturating_add(digit.into());
        index += 1;
    }
    (negative, value, if index == first { 0 } else { index })
}

/// A signed number of 32 bits, as far as it goes, and where it ends.
fn signed<U: Unit>(text: *const U, end: *mut *const U, radix: c_int) -> i32 {
    let (negative, value, length) = checked(text, end, radix);
    let value = i64::try_from(value).unwrap_or(i64::MAX);
    let value = if negative { -value } else { value };
    give_end(text, end, length);
    value.clamp(i32::MIN.into(), i32::MAX.into()) as i32
}

/// An unsigned one; a minus sign negates it.
fn unsigned<U: Unit>(text: *const U, end: *mut *const U, radix: c_int) -> u32 {
    let (negative, value, length) = checked(text, end, radix);
    give_end(text, end, length);
    match u32::try_from(value) {
        Ok(value) if negative => value.wrapping_neg(),
        Ok(value) => value,
        Err(_) => u32::MAX,
    }
}

fn checked<U: Unit>(text: *const U, _end: *mut *const U, radix: c_int) -> (bool, u128, usize) {
    match u32::try_from(radix) {
        Ok(radix @ (0 | 2..=36)) => parse(text, radix),
        _ => (false, 0, 0),
    }
}

fn give_end<U>(text: *const U, end: *mut *const U, length: usize) {
    if !end.is_null() {
        // SAFETY: not null; the driver passes a pointer of its own to be written.
        unsafe { end.write(text.wrapping_add(length)) };
    }
}

/// The digits of a number, the last one first.
fn digits_reversed(mut value: u64, radix: u32) -> Vec<u8> {
    let mut text = Vec::new();
    loop {
        let digit = char::from_digit((value % u64::from(radix)) as u32, radix).unwrap_or('?');
        text.push(digit as u8);
        value /= u64::from(radix);
        if value == 0 {
            return text;
        }
    }
}

/// Writes a number and a zero behind it into `room` units; the string is empty when it does not fit.
fn write<U: Unit>(
    value: u64,
    negative: bool,
    out: *mut U,
    room: usize,
    radix: c_int,
    unit: fn(u8) -> U,
) -> c_int {
    if out.is_null() || room == 0 {
        return EINVAL;
    }
    // SAFETY: there is room for one unit at least.
    unsafe { out.write(U::ZERO) };
    let Some(radix) = u32::try_from(radix)
        .ok()
        .filter(|radix| (2..=36).contains(radix))
    else {
        return EINVAL;
    };
    let mut text = digits_reversed(value, radix);
    text.extend(negative.then_some(b'-'));
    if text.len() >= room {
        return ERANGE;
    }
    for (index, byte) in text.iter().rev().chain(&[0]).enumerate() {
        // SAFETY: the text and its zero are no longer than the room.
        unsafe { out.wrapping_add(index).write(unit(*byte)) };
    }
    0
}

/// A 32-bit number: only in base ten it has a sign.
fn write_int<U: Unit>(
    value: i32,
    out: *mut U,
    room: usize,
    radix: c_int,
    unit: fn(u8) -> U,
) -> c_int {
    let negative = radix == 10 && value < 0;
    let magnitude = if negative {
        value.unsigned_abs()
    } else {
        value as u32
    };
    write(magnitude.into(), negative, out, room, radix, unit)
}

fn write_int64<U: Unit>(
    value: i64,
    out: *mut U,
    room: usize,
    radix: c_int,
    unit: fn(u8) -> U,
) -> c_int {
    let negative = radix == 10 && value < 0;
    let magnitude = if negative {
        value.unsigned_abs()
    } else {
        value as u64
    };
    write(magnitude, negative, out, room, radix, unit)
}

/// The first unit of `text` that is in `set`.
fn first_of<U: Unit>(text: *const U, set: *const U) -> Option<usize> {
    let set_length = c_string::length(set, usize::MAX);
    let length = c_string::length(text, usize::MAX);
    (0..length).find(|index| (0..set_length).any(|other| at(set, other) == at(text, *index)))
}

/// Enough for any number in any base.
const ANY: usize = 72;

export! { Dll::Ntoskrnl;
    /// `strtol`
    fn strtol(text: *const u8, end: *mut *const u8, radix: c_int) -> i32 { signed(text, end, radix) }
    /// `strtoul`
    fn strtoul(text: *const u8, end: *mut *const u8, radix: c_int) -> u32 { unsigned(text, end, radix) }
    /// `wcstol`
    fn wcstol(text: *const u16, end: *mut *const u16, radix: c_int) -> i32 { signed(text, end, radix) }
    /// `wcstoul`
    fn wcstoul(text: *const u16, end: *mut *const u16, radix: c_int) -> u32 { unsigned(text, end, radix) }
    /// `_itoa`
    fn _itoa(value: i32, out: *mut u8, radix: c_int) -> *mut u8 { write_int(value, out, ANY, radix, |byte| byte); out }
    /// `_itow`
    fn _itow(value: i32, out: *mut u16, radix: c_int) -> *mut u16 { write_int(value, out, ANY, radix, u16::from); out }
    /// `_itoa_s`
    fn _itoa_s(value: i32, out: *mut u8, room: usize, radix: c_int) -> c_int { write_int(value, out, room, radix, |byte| byte) }
    /// `_itow_s`
    fn _itow_s(value: i32, out: *mut u16, room: usize, radix: c_int) -> c_int { write_int(value, out, room, radix, u16::from) }
    /// `_ltoa_s`
    fn _ltoa_s(value: i32, out: *mut u8, room: usize, radix: c_int) -> c_int { write_int(value, out, room, radix, |byte| byte) }
    /// `_ltow_s`
    fn _ltow_s(value: i32, out: *mut u16, room: usize, radix: c_int) -> c_int { write_int(value, out, room, radix, u16::from) }
    /// `_ultoa_s`
    fn _ultoa_s(value: u32, out: *mut u8, room: usize, radix: c_int) -> c_int {
        write(value.into(), false, out, room, radix, |byte| byte)
    }
    /// `_ultow_s`
    fn _ultow_s(value: u32, out: *mut u16, room: usize, radix: c_int) -> c_int {
        write(value.into(), false, out, room, radix, u16::from)
    }
    /// `_i64toa_s`
    fn _i64toa_s(value: i64, out: *mut u8, room: usize, radix: c_int) -> c_int { write_int64(value, out, room, radix, |byte| byte) }
    /// `_i64tow_s`
    fn _i64tow_s(value: i64, out: *mut u16, room: usize, radix: c_int) -> c_int { write_int64(value, out, room, radix, u16::from) }
    /// `_ui64toa_s`
    fn _ui64toa_s(value: u64, out: *mut u8, room: usize, radix: c_int) -> c_int { write(value, false, out, room, radix, |byte| byte) }
    /// `_ui64tow_s`
    fn _ui64tow_s(value: u64, out: *mut u16, room: usize, radix: c_int) -> c_int { write(value, false, out, room, radix, u16::from) }
    /// `strpbrk`
    fn strpbrk(text: *const u8, set: *const u8) -> *const u8 {
        first_of(text, set).map_or(std::ptr::null(), |index| text.wrapping_add(index))
    }
    /// `wcspbrk`
    fn wcspbrk(text: *const u16, set: *const u16) -> *const u16 {
        first_of(text, set).map_or(std::ptr::null(), |index| text.wrapping_add(index))
    }
    /// `strcspn`
    fn strcspn(text: *const u8, set: *const u8) -> usize {
        first_of(text, set).unwrap_or_else(|| c_string::length(text, usize::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(text: &str) -> Vec<u16> {
        text.encode_utf16().chain([0]).collect()
    }

    #[test]
    fn numbers_are_read_in_any_base_and_end_where_they_end() {
        let _ = crate::model::thread::current();
        let text = c" -0x1Fz";
        let (start, mut end) = (text.as_ptr().cast::<u8>(), std::ptr::null());
        assert_eq!(call!(strtol(start, &raw mut end, 0)), -31);
        assert_eq!(end as usize - start as usize, 6);
        assert_eq!(call!(strtol(start, &raw mut end, 37)), 0);
        assert_eq!(end, start);
        let none = std::ptr::null_mut();
        assert_eq!(
            call!(strtoul(c"4294967296".as_ptr().cast(), none, 10)),
            u32::MAX
        );
        assert_eq!(call!(strtol(c"017".as_ptr().cast(), none, 0)), 15);
        let none = std::ptr::null_mut();
        assert_eq!(call!(wcstoul(wide("-1").as_ptr(), none, 10)), u32::MAX);
        assert_eq!(call!(wcstol(wide("zz").as_ptr(), none, 36)), 35 * 36 + 35);
    }

    #[test]
    fn numbers_are_written_or_leave_an_empty_string() {
        let _ = crate::model::thread::current();
        let mut out = [7_u8; 80];
        let at = out.as_mut_ptr();
        let read = || {
            // SAFETY: the functions end their text with a zero.
            unsafe { std::ffi::CStr::from_ptr(at.cast()) }
                .to_str()
                .expect("ASCII")
        };
        assert_eq!(call!(_itoa(-12, at, 10)), at);
        assert_eq!(read(), "-12");
        assert_eq!((call!(_itoa_s(-1, at, 9, 16)), read()), (0, "ffffffff"));
        assert_eq!((call!(_ltoa_s(-1, at, 2, 10)), read()), (ERANGE, ""));
        assert_eq!((call!(_ultoa_s(7, at, 9, 1)), read()), (EINVAL, ""));
        assert_eq!(
            (call!(_i64toa_s(i64::MIN, at, 80, 10)), read()),
            (0, "-9223372036854775808")
        );
        assert_eq!((call!(_ui64toa_s(255, at, 9, 2)), read()), (0, "11111111"));
        assert_eq!(call!(_itoa_s(1, at, 0, 10)), EINVAL);
    }

    #[test]
    fn wide_numbers_are_written_too() {
        let _ = crate::model::thread::current();
        let mut out = [7_u16; 80];
        let at = out.as_mut_ptr();
        let read = || {
            // SAFETY: the functions end their text with a zero.
            String::from_utf16_lossy(unsafe { crate::model::unicode::until_zero(at, 80) })
        };
        call!(_itow(-12, at, 10));
        assert_eq!(read(), "-12");
        assert_eq!((call!(_itow_s(12, at, 9, 10)), read()), (0, "12".into()));
        assert_eq!((call!(_ltow_s(13, at, 9, 10)), read()), (0, "13".into()));
        assert_eq!((call!(_ultow_s(14, at, 9, 10)), read()), (0, "14".into()));
        assert_eq!(
            (call!(_i64tow_s(-15, at, 9, 10)), read()),
            (0, "-15".into())
        );
        assert_eq!((call!(_ui64tow_s(16, at, 9, 16)), read()), (0, "10".into()));
    }

    #[test]
    fn the_first_of_a_set_is_found() {
        let _ = crate::model::thread::current();
        let text = c"a:b".as_ptr().cast::<u8>();
        let found = call!(strpbrk(text, c"/:".as_ptr().cast()));
        assert_eq!(found as usize - text as usize, 1);
        assert!(call!(strpbrk(text, c"x".as_ptr().cast())).is_null());
        assert_eq!(call!(strcspn(text, c"x".as_ptr().cast())), 3);
        let (text, set) = (wide("a\\b"), wide("\\"));
        let found = call!(wcspbrk(text.as_ptr(), set.as_ptr()));
        assert_eq!(found as usize - text.as_ptr() as usize, 2);
    }
}
