//! strcpy, wcscpy_s, _wcslwr, qsort, atoi, … — C functions of ntoskrnl that copy, change, search and convert.
#![allow(unsafe_code)] // Windows calling convention

use std::ffi::{c_int, c_void};

use crate::export;
use crate::model::c_string::{self, Unit};
use crate::model::unicode::{downcase, upcase};

type Wide = *mut u16;
type Text = *const u16;
type Bytes = *mut u8;
type ByteText = *const u8;

/// The address of a unit in a string; null for none.
fn at<U>(text: *const U, index: Option<usize>) -> *const U {
    index.map_or(std::ptr::null(), |index| text.wrapping_add(index))
}

/// Changes every unit of a string in place.
fn map<U: Unit>(text: *mut U, change: fn(U) -> U) -> *mut U {
    for index in 0..c_string::length(text, usize::MAX) {
        let unit = text.wrapping_add(index);
        // SAFETY: inside the string, which the driver gives to be changed.
        let old = unsafe { unit.read() };
        // SAFETY: as above.
        unsafe { unit.write(change(old)) };
    }
    text
}

fn byte_of(character: c_int) -> Option<u8> {
    u8::try_from(character).ok()
}

fn character(character: c_int, is: fn(&u8) -> bool) -> c_int {
    c_int::from(byte_of(character).is_some_and(|byte| is(&byte)))
}

export! { Dll::Ntoskrnl;
    /// `strcpy`
    fn strcpy(to: Bytes, from: ByteText) -> Bytes { c_string::copy(to, from, usize::MAX) }
    /// `wcscpy`
    fn wcscpy(to: Wide, from: Text) -> Wide { c_string::copy(to, from, usize::MAX) }
    /// `strncpy`
    fn strncpy(to: Bytes, from: ByteText, count: usize) -> Bytes { c_string::copy_padded(to, from, count) }
    /// `wcsncpy`
    fn wcsncpy(to: Wide, from: Text, count: usize) -> Wide { c_string::copy_padded(to, from, count) }
    /// `strcat`
    fn strcat(to: Bytes, from: ByteText) -> Bytes { c_string::append(to, from, usize::MAX) }
    /// `wcscat`
    fn wcscat(to: Wide, from: Text) -> Wide { c_string::append(to, from, usize::MAX) }
    /// `strncat`
    fn strncat(to: Bytes, from: ByteText, count: usize) -> Bytes { c_string::append(to, from, count) }
    /// `wcsncat`
    fn wcsncat(to: Wide, from: Text, count: usize) -> Wide { c_string::append(to, from, count) }
    /// `strcpy_s`
    fn strcpy_s(to: Bytes, size: usize, from: ByteText) -> c_int { c_string::copy_checked(to, size, from) }
    /// `wcscpy_s`
    fn wcscpy_s(to: Wide, size: usize, from: Text) -> c_int { c_string::copy_checked(to, size, from) }
    /// `strncpy_s`
    fn strncpy_s(to: Bytes, size: usize, from: ByteText, count: usize) -> c_int {
        c_string::copy_counted(to, size, from, count)
    }
    /// `wcsncpy_s`
    fn wcsncpy_s(to: Wide, size: usize, from: Text, count: usize) -> c_int {
        c_string::copy_counted(to, size, from, count)
    }
    /// `strcat_s`
    fn strcat_s(to: Bytes, size: usize, from: ByteText) -> c_int { c_string::append_checked(to, size, from) }
    /// `wcscat_s`
    fn wcscat_s(to: Wide, size: usize, from: Text) -> c_int { c_string::append_checked(to, size, from) }
    /// `strncat_s`
    fn strncat_s(to: Bytes, size: usize, from: ByteText, count: usize) -> c_int {
        c_string::append_counted(to, size, from, count)
    }
    /// `wcsncat_s`
    fn wcsncat_s(to: Wide, size: usize, from: Text, count: usize) -> c_int {
        c_string::append_counted(to, size, from, count)
    }
    /// `memcpy_s` — what does not fit zeroes the destination.
    fn memcpy_s(to: Bytes, size: usize, from: ByteText, count: usize) -> c_int { c_string::move_checked(to, size, from, count) }
    /// `memmove_s`
    fn memmove_s(to: Bytes, size: usize, from: ByteText, count: usize) -> c_int { c_string::move_checked(to, size, from, count) }
    /// `memchr`
    fn memchr(memory: *const c_void, byte: c_int, count: usize) -> *const c_void {
        // SAFETY: the driver vouches for `count` bytes, or for a hit before their end.
        unsafe { libc::memchr(memory, byte, count) }
    }
    /// `strnlen`
    fn strnlen(text: ByteText, count: usize) -> usize { c_string::length(text, count) }
    /// `strchr`
    fn strchr(text: ByteText, byte: c_int) -> ByteText { at(text, c_string::find(text, byte as u8)) }
    /// `strrchr`
    fn strrchr(text: ByteText, byte: c_int) -> ByteText { at(text, c_string::find_last(text, byte as u8)) }
    /// `strstr`
    fn strstr(text: ByteText, part: ByteText) -> ByteText { at(text, c_string::find_text(text, part)) }
    /// `strspn`
    fn strspn(text: ByteText, set: ByteText) -> usize { c_string::span(text, set, true) }
    /// `wcsspn`
    fn wcsspn(text: Text, set: Text) -> usize { c_string::span(text, set, true) }
    /// `wcscspn`
    fn wcscspn(text: Text, set: Text) -> usize { c_string::span(text, set, false) }
    /// `_stricmp`
    fn _stricmp(left: ByteText, right: ByteText) -> c_int { c_string::compare_folded(left, right, usize::MAX) }
    /// `_strnicmp`
    fn _strnicmp(left: ByteText, right: ByteText, count: usize) -> c_int { c_string::compare_folded(left, right, count) }
    /// `_wcslwr`
    fn _wcslwr(text: Wide) -> Wide { map(text, downcase) }
    /// `_wcsupr`
    fn _wcsupr(text: Wide) -> Wide { map(text, upcase) }
    /// `_strlwr`
    fn _strlwr(text: Bytes) -> Bytes { map(text, |byte: u8| byte.to_ascii_lowercase()) }
    /// `_strupr`
    fn _strupr(text: Bytes) -> Bytes { map(text, |byte: u8| byte.to_ascii_uppercase()) }
    /// `towupper`
    fn towupper(unit: u16) -> u16 { upcase(unit) }
    /// `towlower`
    fn towlower(unit: u16) -> u16 { downcase(unit) }
    /// `toupper`
    fn toupper(unit: c_int) -> c_int { byte_of(unit).map_or(unit, |byte| byte.to_ascii_uppercase().into()) }
    /// `tolower`
    fn tolower(unit: c_int) -> c_int { byte_of(unit).map_or(unit, |byte| byte.to_ascii_lowercase().into()) }
    /// `isdigit`
    fn isdigit(unit: c_int) -> c_int { character(unit, u8::is_ascii_digit) }
    /// `isxdigit`
    fn isxdigit(unit: c_int) -> c_int { character(unit, u8::is_ascii_hexdigit) }
    /// `isspace`
    fn isspace(unit: c_int) -> c_int { character(unit, |byte| matches!(byte, 9..=13 | 32)) }
    /// `isprint`
    fn isprint(unit: c_int) -> c_int { character(unit, |byte| matches!(byte, 32..=126)) }
    /// `isalpha`
    fn isalpha(unit: c_int) -> c_int { character(unit, u8::is_ascii_alphabetic) }
    /// `isalnum`
    fn isalnum(unit: c_int) -> c_int { character(unit, u8::is_ascii_alphanumeric) }
    /// `isupper`
    fn isupper(unit: c_int) -> c_int { character(unit, u8::is_ascii_uppercase) }
    /// `islower`
    fn islower(unit: c_int) -> c_int { character(unit, u8::is_ascii_lowercase) }
    /// `iswdigit`
    fn iswdigit(unit: u16) -> c_int { character(unit.into(), u8::is_ascii_digit) }
    /// `iswspace`
    fn iswspace(unit: u16) -> c_int { character(unit.into(), |byte| matches!(byte, 9..=13 | 32)) }
    /// `atoi`
    fn atoi(text: ByteText) -> c_int { c_string::number(text, 10).0 as c_int }
    /// `atol`
    fn atol(text: ByteText) -> i32 { c_string::number(text, 10).0 as i32 }
    /// `_wtoi`
    fn _wtoi(text: Text) -> c_int { c_string::number(text, 10).0 as c_int }
    /// `_wtol`
    fn _wtol(text: Text) -> i32 { c_string::number(text, 10).0 as i32 }
    /// `wcstombs` — to the system's code page, taken to be Latin-1; -1 for a unit that it does not have.
    fn wcstombs(to: Bytes, from: Text, count: usize) -> usize {
        c_string::convert(to, from, count, |unit: u16| u8::try_from(unit).ok())
    }
    /// `mbstowcs`
    fn mbstowcs(to: Wide, from: ByteText, count: usize) -> usize {
        c_string::convert(to, from, count, |byte: u8| Some(u16::from(byte)))
    }
    /// `qsort`
    fn qsort(base: Bytes, count: usize, width: usize, compare: c_string::Compare) {
        c_string::sort(base, count, width, compare);
    }
    /// `bsearch`
    fn bsearch(key: ByteText, base: ByteText, count: usize, width: usize, compare: c_string::Compare) -> ByteText {
        c_string::search(key, base, count, width, compare)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EINVAL: c_int = 22;
    const ERANGE: c_int = 34;
    const STRUNCATE: c_int = 80;
    const TRUNCATE: usize = usize::MAX;

    fn wide(text: &str) -> Vec<u16> {
        text.encode_utf16().chain([0]).collect()
    }

    fn text(units: &[u16]) -> String {
        let end = units
            .iter()
            .position(|unit| *unit == 0)
            .unwrap_or(units.len());
        String::from_utf16_lossy(&units[..end])
    }

    fn start() {
        let _ = crate::model::thread::current();
    }

    #[test]
    fn checked_copies_end_empty_when_they_do_not_fit() {
        start();
        let (mut to, long) = ([b'x'.into(); 4], wide("abcd"));
        let at = to.as_mut_ptr();
        assert_eq!((call!(wcscpy_s(at, 4, long.as_ptr())), to[0]), (ERANGE, 0));
        assert_eq!(
            (call!(wcscpy_s(at, 4, wide("abc").as_ptr())), text(&to)),
            (0, "abc".into())
        );
        assert_eq!(
            (call!(wcscpy_s(at, 4, std::ptr::null())), to[0]),
            (EINVAL, 0)
        );
        assert_eq!(
            call!(wcscpy_s(std::ptr::null_mut(), 4, long.as_ptr())),
            EINVAL
        );
        assert_eq!(call!(wcscpy_s(at, 0, long.as_ptr())), EINVAL);
        let mut bytes = [1_u8; 3];
        assert_eq!(
            call!(strcpy_s(bytes.as_mut_ptr(), 3, c"ab".as_ptr().cast())),
            0
        );
        assert_eq!(&bytes, b"ab\0");
    }

    #[test]
    fn counted_copies_can_be_told_to_cut() {
        start();
        let (mut to, long) = ([7_u16; 4], wide("abcd"));
        let at = to.as_mut_ptr();
        assert_eq!(
            (call!(wcsncpy_s(at, 4, long.as_ptr(), TRUNCATE)), text(&to)),
            (STRUNCATE, "abc".into())
        );
        assert_eq!(
            (call!(wcsncpy_s(at, 4, long.as_ptr(), 2)), text(&to)),
            (0, "ab".into())
        );
        assert_eq!(
            (call!(wcsncpy_s(at, 4, long.as_ptr(), 4)), to[0]),
            (ERANGE, 0)
        );
        assert_eq!(
            call!(wcsncpy_s(std::ptr::null_mut(), 0, std::ptr::null(), 0)),
            0
        );
        let mut bytes = [0_u8; 4];
        assert_eq!(
            call!(strncpy_s(bytes.as_mut_ptr(), 4, c"abcd".as_ptr().cast(), 3)),
            0
        );
        assert_eq!(&bytes, b"abc\0");
    }

    #[test]
    fn checked_appends_want_a_string_to_begin_with() {
        start();
        let mut to = [0_u16; 6];
        let at = to.as_mut_ptr();
        assert_eq!(call!(wcscat_s(at, 6, wide("ab").as_ptr())), 0);
        assert_eq!(
            (call!(wcscat_s(at, 6, wide("cde").as_ptr())), text(&to)),
            (0, "abcde".into())
        );
        assert_eq!(
            (call!(wcscat_s(at, 6, wide("f").as_ptr())), to[0]),
            (ERANGE, 0)
        );
        to.fill(b'x'.into());
        assert_eq!(
            (call!(wcscat_s(at, 6, wide("f").as_ptr())), to[0]),
            (EINVAL, 0)
        );
        assert_eq!(
            (call!(wcsncat_s(at, 6, wide("fgh").as_ptr(), 2)), text(&to)),
            (0, "fg".into())
        );
        let mut bytes = *b"a\0..";
        assert_eq!(
            call!(strcat_s(bytes.as_mut_ptr(), 4, c"bc".as_ptr().cast())),
            0
        );
        assert_eq!(
            call!(strncat_s(bytes.as_mut_ptr(), 4, c"d".as_ptr().cast(), 1)),
            ERANGE
        );
    }

    #[test]
    fn plain_copies_pad_or_end_as_in_c() {
        start();
        let mut to = [9_u16; 6];
        let at = to.as_mut_ptr();
        call!(wcsncpy(at, wide("ab").as_ptr(), 4));
        assert_eq!(to, [97, 98, 0, 0, 9, 9]);
        call!(wcsncpy(at, wide("xyz").as_ptr(), 2));
        assert_eq!(to[..3], [120, 121, 0]);
        call!(wcscpy(at, wide("q").as_ptr()));
        call!(wcscat(at, wide("rs").as_ptr()));
        call!(wcsncat(at, wide("tuv").as_ptr(), 1));
        assert_eq!(text(&to), "qrst");
        let mut bytes = [9_u8; 6];
        call!(strncpy(bytes.as_mut_ptr(), c"a".as_ptr().cast(), 3));
        call!(strcat(bytes.as_mut_ptr(), c"bc".as_ptr().cast()));
        call!(strncat(bytes.as_mut_ptr(), c"de".as_ptr().cast(), 1));
        assert_eq!(&bytes, b"abcd\0\x09");
        call!(strcpy(bytes.as_mut_ptr(), c"z".as_ptr().cast()));
        assert_eq!(&bytes[..2], b"z\0");
    }

    #[test]
    fn checked_moves_zero_what_they_cannot_fill() {
        start();
        let mut to = [7_u8; 4];
        assert_eq!(call!(memcpy_s(to.as_mut_ptr(), 4, b"abcd".as_ptr(), 4)), 0);
        assert_eq!(&to, b"abcd");
        assert_eq!(
            (
                call!(memcpy_s(to.as_mut_ptr(), 4, b"abcde".as_ptr(), 5)),
                to
            ),
            (ERANGE, [0; 4])
        );
        assert_eq!(
            call!(memmove_s(to.as_mut_ptr(), 4, std::ptr::null(), 1)),
            EINVAL
        );
        assert_eq!(call!(memmove_s(to.as_mut_ptr(), 4, std::ptr::null(), 0)), 0);
    }

    #[test]
    fn searches_in_narrow_text_give_addresses() {
        start();
        let text: ByteText = c"a.b.c".as_ptr().cast();
        let offset = |found: ByteText| {
            if found.is_null() {
                None
            } else {
                Some(found as usize - text as usize)
            }
        };
        assert_eq!(offset(call!(strchr(text, b'.'.into()))), Some(1));
        assert_eq!(offset(call!(strrchr(text, b'.'.into()))), Some(3));
        assert_eq!(offset(call!(strchr(text, 0))), Some(5));
        assert_eq!(offset(call!(strstr(text, c"b.".as_ptr().cast()))), Some(2));
        assert_eq!(offset(call!(strstr(text, c"x".as_ptr().cast()))), None);
        assert_eq!(
            offset(call!(memchr(text.cast(), b'b'.into(), 5)).cast()),
            Some(2)
        );
        assert_eq!((call!(strnlen(text, 3)), call!(strnlen(text, 9))), (3, 5));
        assert_eq!(call!(strspn(text, c".a".as_ptr().cast())), 2);
        let (units, set) = (wide("ab12"), wide("21"));
        assert_eq!(
            (
                call!(wcscspn(units.as_ptr(), set.as_ptr())),
                call!(wcsspn(units.as_ptr(), set.as_ptr()))
            ),
            (2, 0)
        );
    }

    #[test]
    fn case_does_not_count_in_folded_comparison() {
        start();
        let (left, right): (ByteText, ByteText) =
            (c"ABCx".as_ptr().cast(), c"abcY".as_ptr().cast());
        assert!(call!(_stricmp(left, right)) < 0);
        assert_eq!(call!(_strnicmp(left, right, 3)), 0);
        let mut units = wide("Ab");
        call!(_wcslwr(units.as_mut_ptr()));
        assert_eq!(text(&units), "ab");
        call!(_wcsupr(units.as_mut_ptr()));
        assert_eq!(text(&units), "AB");
        let mut bytes = *b"aB\0";
        call!(_strupr(bytes.as_mut_ptr()));
        assert_eq!(&bytes, b"AB\0");
        call!(_strlwr(bytes.as_mut_ptr()));
        assert_eq!(&bytes, b"ab\0");
        assert_eq!((call!(towupper(0xE4)), call!(towlower(0xC4))), (0xC4, 0xE4));
        assert_eq!(
            (call!(toupper(97)), call!(tolower(65)), call!(toupper(-1))),
            (65, 97, -1)
        );
    }

    #[test]
    fn characters_have_their_classes() {
        start();
        let digit = c_int::from(b'7');
        assert!(
            call!(isdigit(digit)) != 0 && call!(isxdigit(digit)) != 0 && call!(isalnum(digit)) != 0
        );
        assert!(
            call!(isalpha(digit)) == 0 && call!(isupper(digit)) == 0 && call!(islower(digit)) == 0
        );
        assert!(call!(isspace(11)) != 0 && call!(isprint(11)) == 0 && call!(isprint(32)) != 0);
        assert!(
            call!(iswdigit(0x37)) != 0 && call!(iswdigit(0x137)) == 0 && call!(iswspace(32)) != 0
        );
    }

    #[test]
    fn numbers_are_read_up_to_what_is_none() {
        start();
        assert_eq!(call!(atoi(c" \t-12x".as_ptr().cast())), -12);
        assert_eq!(call!(atol(c"+7".as_ptr().cast())), 7);
        assert_eq!(call!(_wtoi(wide("x").as_ptr())), 0);
        assert_eq!(call!(_wtol(wide("2147483647").as_ptr())), i32::MAX);
    }

    #[test]
    fn conversions_count_what_they_write() {
        start();
        let (mut bytes, mut units) = ([9_u8; 4], [9_u16; 4]);
        assert_eq!(
            call!(wcstombs(bytes.as_mut_ptr(), wide("ab").as_ptr(), 4)),
            2
        );
        assert_eq!(&bytes, b"ab\0\x09");
        assert_eq!(
            call!(wcstombs(bytes.as_mut_ptr(), wide("\u{3a9}").as_ptr(), 4)),
            usize::MAX
        );
        assert_eq!(
            call!(wcstombs(std::ptr::null_mut(), wide("abc").as_ptr(), 0)),
            3
        );
        assert_eq!(
            call!(mbstowcs(units.as_mut_ptr(), c"abcde".as_ptr().cast(), 4)),
            4
        );
    }

    unsafe extern "win64" fn by_value(left: *const c_void, right: *const c_void) -> c_int {
        // SAFETY: the elements are bytes.
        let left = unsafe { left.cast::<u8>().read() };
        // SAFETY: as above.
        c_int::from(left) - c_int::from(unsafe { right.cast::<u8>().read() })
    }

    #[test]
    fn what_is_sorted_is_found() {
        start();
        let mut bytes = *b"gcafbed";
        call!(qsort(bytes.as_mut_ptr(), 7, 1, by_value));
        assert_eq!(&bytes, b"abcdefg");
        let found = call!(bsearch(b"e".as_ptr(), bytes.as_ptr(), 7, 1, by_value));
        assert_eq!(found as usize - bytes.as_ptr() as usize, 4);
        assert!(call!(bsearch(b"z".as_ptr(), bytes.as_ptr(), 7, 1, by_value)).is_null());
    }
}
