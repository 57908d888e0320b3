//! RtlXxxString of ANSI and OEM strings, and conversions by length — shims; both code pages are taken to be Latin-1.
#![allow(unsafe_code)] // Windows calling convention

use std::cmp::Ordering;

use minifilter_sys::{
    NTSTATUS, STATUS_BUFFER_OVERFLOW, STATUS_BUFFER_TOO_SMALL, STATUS_INVALID_PARAMETER,
    STATUS_NAME_TOO_LONG, STATUS_SUCCESS, STRING, UNICODE_STRING,
};

use super::rtl_ansi::{bytes, narrow, put, release};
use super::rtl_string;
use crate::export;
use crate::model::unicode;

type Text = *const STRING;
type TextOut = *mut STRING;
type Wide = *const UNICODE_STRING;

/// Longest string with a zero behind it.
const LONGEST: usize = 0xFFFE;

fn upper(byte: u8) -> u8 {
    narrow(unicode::upcase(byte.into()))
}

fn units<'a>(text: Wide) -> &'a [u16] {
    // SAFETY: the driver passes a counted string of its own.
    unsafe { unicode::units(text) }
}

fn fields<'a>(text: TextOut) -> &'a mut STRING {
    // SAFETY: the driver passes a STRING of its own to be changed in this call.
    unsafe { &mut *text }
}

/// Writes bytes from `at` on; the caller has checked MaximumLength.
fn write(text: &STRING, at: usize, from: &[u8]) {
    let to = text.Buffer.cast::<u8>().wrapping_add(at);
    // SAFETY: the caller has checked that MaximumLength covers what is written; source and target may be one buffer.
    unsafe { std::ptr::copy(from.as_ptr(), to, from.len()) };
}

fn compare(left: &[u8], right: &[u8], fold: bool) -> Ordering {
    let map = |byte: &u8| if fold { upper(*byte) } else { *byte };
    left.iter().map(map).cmp(right.iter().map(map))
}

fn append(out: TextOut, from: &[u8]) -> NTSTATUS {
    let text = fields(out);
    let length = usize::from(text.Length);
    if length + from.len() > usize::from(text.MaximumLength) {
        return STATUS_BUFFER_TOO_SMALL;
    }
    write(text, length, from);
    text.Length = (length + from.len()) as u16;
    STATUS_SUCCESS
}

fn text_of<'a>(source: *const u8) -> Option<&'a [u8]> {
    if source.is_null() {
        return None;
    }
    // SAFETY: not null; the driver passes a string that ends with a zero.
    Some(unsafe { std::ffi::CStr::from_ptr(source.cast()) }.to_bytes())
}

fn init(out: TextOut, source: *const u8, length: usize) {
    *fields(out) = STRING {
        Length: length as u16,
        MaximumLength: if source.is_null() {
            0
        } else {
            length as u16 + 1
        },
        Buffer: source.cast_mut().cast(),
    };
}

/// The bytes of a string without a zero behind them, in a buffer of its own or a new one.
fn put_counted(out: TextOut, from: &[u8], allocate: u8) -> NTSTATUS {
    if allocate != 0 {
        return put(out, from, true);
    }
    let text = fields(out);
    if from.len() > usize::from(text.MaximumLength) {
        return STATUS_BUFFER_OVERFLOW;
    }
    text.Length = from.len() as u16;
    write(text, 0, from);
    STATUS_SUCCESS
}

fn narrowed(source: Wide, map: fn(u16) -> u16) -> Vec<u8> {
    units(source)
        .iter()
        .map(|unit| narrow(map(*unit)))
        .collect()
}

fn same(unit: u16) -> u16 {
    unit
}

/// Copies as many elements as fit into `room` bytes, and says how many bytes those are.
fn copy_fitting<T: Copy>(out: *mut T, room: u32, written: *mut u32, from: impl Iterator<Item = T>) {
    let most = room as usize / size_of::<T>();
    let mut count = 0;
    for (index, value) in from.take(most).enumerate() {
        // SAFETY: the driver says by `room` that so many elements fit.
        unsafe { out.wrapping_add(index).write(value) };
        count += 1;
    }
    // SAFETY: the driver passes null or a ULONG of its own.
    if let Some(written) = unsafe { written.as_mut() } {
        *written = count * size_of::<T>() as u32;
    }
}

/// An array of the driver's.
fn array<'a, T>(at: *const T, count: u32) -> &'a [T] {
    if count == 0 {
        return &[];
    }
    // SAFETY: the driver passes `count` elements; the view lasts for this call.
    unsafe { std::slice::from_raw_parts(at, count as usize) }
}

export! { Dll::Ntoskrnl;
    /// `RtlInitString`
    fn RtlInitString(out: TextOut, source: *const u8) {
        init(out, source, text_of(source).map_or(0, <[u8]>::len).min(LONGEST));
    }
    /// `RtlInitAnsiStringEx`
    fn RtlInitAnsiStringEx(out: TextOut, source: *const u8) -> NTSTATUS {
        let length = text_of(source).map_or(0, <[u8]>::len);
        if length > LONGEST {
            return STATUS_NAME_TOO_LONG;
        }
        init(out, source, length);
        STATUS_SUCCESS
    }
    /// `RtlCopyString` — as much as fits; nothing for no source.
    fn RtlCopyString(out: TextOut, source: Text) {
        let from = if source.is_null() { &[] } else { bytes(source) };
        let text = fields(out);
        let count = from.len().min(text.MaximumLength.into());
        write(text, 0, &from[..count]);
        text.Length = count as u16;
    }
    /// `RtlCompareString`
    fn RtlCompareString(left: Text, right: Text, fold: u8) -> i32 {
        compare(bytes(left), bytes(right), fold != 0) as i32
    }
    /// `RtlEqualString`
    fn RtlEqualString(left: Text, right: Text, fold: u8) -> u8 {
        u8::from(compare(bytes(left), bytes(right), fold != 0).is_eq())
    }
    /// `RtlPrefixString`
    fn RtlPrefixString(start: Text, whole: Text, fold: u8) -> u8 {
        let (start, whole) = (bytes(start), bytes(whole));
        let head = whole.get(..start.len());
        u8::from(head.is_some_and(|head| compare(start, head, fold != 0).is_eq()))
    }
    /// `RtlUpperChar`
    fn RtlUpperChar(byte: u8) -> u8 { upper(byte) }
    /// `RtlUpperString` — as much as fits.
    fn RtlUpperString(out: TextOut, source: Text) {
        let from: Vec<u8> = bytes(source).iter().map(|byte| upper(*byte)).collect();
        let text = fields(out);
        let count = from.len().min(text.MaximumLength.into());
        write(text, 0, &from[..count]);
        text.Length = count as u16;
    }
    /// `RtlAppendStringToString`
    fn RtlAppendStringToString(out: TextOut, source: Text) -> NTSTATUS { append(out, bytes(source)) }
    /// `RtlAppendAsciizToString`
    fn RtlAppendAsciizToString(out: TextOut, source: *const u8) -> NTSTATUS {
        append(out, text_of(source).unwrap_or_default())
    }
    /// `RtlFreeOemString`
    fn RtlFreeOemString(text: TextOut) { release(text) }
    /// `RtlOemStringToUnicodeString`
    fn RtlOemStringToUnicodeString(out: *mut UNICODE_STRING, source: Text, allocate: u8) -> NTSTATUS {
        let units: Vec<u16> = bytes(source).iter().map(|byte| u16::from(*byte)).collect();
        rtl_string::put_with_zero(out, &units, allocate != 0)
    }
    /// `RtlOemStringToCountedUnicodeString` — nothing for an empty string.
    fn RtlOemStringToCountedUnicodeString(out: *mut UNICODE_STRING, source: Text, allocate: u8) -> NTSTATUS {
        let units: Vec<u16> = bytes(source).iter().map(|byte| u16::from(*byte)).collect();
        rtl_string::put_counted(out, &units, allocate != 0)
    }
    /// `RtlUnicodeStringToOemString`
    fn RtlUnicodeStringToOemString(out: TextOut, source: Wide, allocate: u8) -> NTSTATUS {
        put(out, &narrowed(source, same), allocate != 0)
    }
    /// `RtlUpcaseUnicodeStringToOemString`
    fn RtlUpcaseUnicodeStringToOemString(out: TextOut, source: Wide, allocate: u8) -> NTSTATUS {
        put(out, &narrowed(source, unicode::upcase), allocate != 0)
    }
    /// `RtlUnicodeStringToCountedOemString`
    fn RtlUnicodeStringToCountedOemString(out: TextOut, source: Wide, allocate: u8) -> NTSTATUS {
        put_counted(out, &narrowed(source, same), allocate)
    }
    /// `RtlUpcaseUnicodeStringToCountedOemString`
    fn RtlUpcaseUnicodeStringToCountedOemString(out: TextOut, source: Wide, allocate: u8) -> NTSTATUS {
        put_counted(out, &narrowed(source, unicode::upcase), allocate)
    }
    /// `RtlxAnsiStringToUnicodeSize` — with room for the zero, as its kin.
    fn RtlxAnsiStringToUnicodeSize(source: Text) -> u32 { bytes(source).len() as u32 * 2 + 2 }
    /// `RtlxOemStringToUnicodeSize`
    fn RtlxOemStringToUnicodeSize(source: Text) -> u32 { bytes(source).len() as u32 * 2 + 2 }
    /// `RtlxUnicodeStringToAnsiSize`
    fn RtlxUnicodeStringToAnsiSize(source: Wide) -> u32 { units(source).len() as u32 + 1 }
    /// `RtlxUnicodeStringToOemSize`
    fn RtlxUnicodeStringToOemSize(source: Wide) -> u32 { units(source).len() as u32 + 1 }
    /// `RtlMultiByteToUnicodeN` — as much as fits.
    fn RtlMultiByteToUnicodeN(out: *mut u16, room: u32, written: *mut u32, from: *const u8, count: u32) -> NTSTATUS {
        copy_fitting(out, room, written, array(from, count).iter().map(|byte| u16::from(*byte)));
        STATUS_SUCCESS
    }
    /// `RtlOemToUnicodeN`
    fn RtlOemToUnicodeN(out: *mut u16, room: u32, written: *mut u32, from: *const u8, count: u32) -> NTSTATUS {
        copy_fitting(out, room, written, array(from, count).iter().map(|byte| u16::from(*byte)));
        STATUS_SUCCESS
    }
    /// `RtlUnicodeToMultiByteN` — as much as fits.
    fn RtlUnicodeToMultiByteN(out: *mut u8, room: u32, written: *mut u32, from: *const u16, size: u32) -> NTSTATUS {
        copy_fitting(out, room, written, array(from, size / 2).iter().map(|unit| narrow(*unit)));
        STATUS_SUCCESS
    }
    /// `RtlUnicodeToOemN`
    fn RtlUnicodeToOemN(out: *mut u8, room: u32, written: *mut u32, from: *const u16, size: u32) -> NTSTATUS {
        copy_fitting(out, room, written, array(from, size / 2).iter().map(|unit| narrow(*unit)));
        STATUS_SUCCESS
    }
    /// `RtlMultiByteToUnicodeSize`
    fn RtlMultiByteToUnicodeSize(out: *mut u32, _from: *const u8, count: u32) -> NTSTATUS {
        // SAFETY: the driver passes a ULONG of its own to be written.
        unsafe { out.write(count * 2) };
        STATUS_SUCCESS
    }
    /// `RtlUnicodeToMultiByteSize`
    fn RtlUnicodeToMultiByteSize(out: *mut u32, _from: *const u16, size: u32) -> NTSTATUS {
        // SAFETY: the driver passes a ULONG of its own to be written.
        unsafe { out.write(size / 2) };
        STATUS_SUCCESS
    }
    /// `RtlUnicodeToUTF8N` — half a surrogate pair becomes a replacement character and a status.
    fn RtlUnicodeToUTF8N(out: *mut u8, room: u32, written: *mut u32, from: *const u16, size: u32) -> NTSTATUS {
        if from.is_null() || !size.is_multiple_of(2) {
            return STATUS_INVALID_PARAMETER;
        }
        let units = array(from, size / 2);
        let text = String::from_utf16_lossy(units);
        let mapped = String::from_utf16(units).is_ok();
        give_text(out, room, written, text.as_bytes(), mapped)
    }
    /// `RtlUTF8ToUnicodeN`
    fn RtlUTF8ToUnicodeN(out: *mut u16, room: u32, written: *mut u32, from: *const u8, size: u32) -> NTSTATUS {
        if from.is_null() {
            return STATUS_INVALID_PARAMETER;
        }
        let bytes = array(from, size);
        let units: Vec<u16> = String::from_utf8_lossy(bytes).encode_utf16().collect();
        give_text(out, room, written, &units, std::str::from_utf8(bytes).is_ok())
    }
}

/// What the UTF-8 conversions answer: the size alone when there is no buffer, whole characters as far as they fit otherwise.
fn give_text<T: Copy>(
    out: *mut T,
    room: u32,
    written: *mut u32,
    from: &[T],
    mapped: bool,
) -> NTSTATUS {
    const STATUS_SOME_NOT_MAPPED: NTSTATUS = 0x107;
    if out.is_null() {
        // SAFETY: the driver passes null or a ULONG of its own.
        let Some(written) = (unsafe { written.as_mut() }) else {
            return STATUS_INVALID_PARAMETER;
        };
        *written = size_of_val(from) as u32;
        return STATUS_SUCCESS;
    }
    copy_fitting(out, room, written, from.iter().copied());
    match size_of_val(from) > room as usize {
        true => STATUS_BUFFER_TOO_SMALL,
        false if mapped => STATUS_SUCCESS,
        false => STATUS_SOME_NOT_MAPPED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::io_irp::tests::string as wide;

    fn narrow_text(text: &'static str, room: usize) -> STRING {
        let _ = crate::model::thread::current();
        let mut buffer = text.as_bytes().to_vec();
        buffer.resize(room.max(text.len()), 0xEE);
        let maximum = buffer.len() as u16;
        STRING {
            Length: text.len() as u16,
            MaximumLength: maximum,
            Buffer: buffer.leak().as_mut_ptr().cast(),
        }
    }

    #[test]
    fn narrow_strings_are_compared_copied_and_appended() {
        let [a, b] = ["Alpha", "alpha bet"].map(|text| narrow_text(text, 0));
        let (a, b) = (&raw const a, &raw const b);
        assert_eq!(call!(RtlEqualString(a, b, 1)), 0);
        assert_eq!(call!(RtlPrefixString(a, b, 1)), 1);
        assert_eq!(call!(RtlPrefixString(a, b, 0)), 0);
        assert!(call!(RtlCompareString(a, b, 0)) < 0);
        let mut out = narrow_text("", 7);
        call!(RtlCopyString(&raw mut out, a));
        assert_eq!(bytes(&raw const out), b"Alpha");
        assert_eq!(
            call!(RtlAppendStringToString(&raw mut out, a)),
            STATUS_BUFFER_TOO_SMALL
        );
        let more = c"be";
        let status = call!(RtlAppendAsciizToString(&raw mut out, more.as_ptr().cast()));
        assert_eq!(
            (status, bytes(&raw const out)),
            (STATUS_SUCCESS, &b"Alphabe"[..])
        );
        call!(RtlUpperString(&raw mut out, b));
        assert_eq!(bytes(&raw const out), b"ALPHA B");
        assert_eq!(call!(RtlUpperChar(0xE4)), 0xC4);
        call!(RtlCopyString(&raw mut out, std::ptr::null()));
        assert_eq!(out.Length, 0);
    }

    #[test]
    fn a_narrow_string_is_made_of_one_that_ends_with_a_zero() {
        let mut out = narrow_text("", 0);
        call!(RtlInitString(&raw mut out, c"abc".as_ptr().cast()));
        assert_eq!((out.Length, out.MaximumLength), (3, 4));
        assert_eq!(
            call!(RtlInitAnsiStringEx(&raw mut out, std::ptr::null())),
            STATUS_SUCCESS
        );
        assert_eq!((out.Length, out.MaximumLength), (0, 0));
        let long = vec![b'a'; 0xFFFF]
            .into_iter()
            .chain([0])
            .collect::<Vec<u8>>();
        assert_eq!(
            call!(RtlInitAnsiStringEx(&raw mut out, long.as_ptr())),
            STATUS_NAME_TOO_LONG
        );
    }

    #[test]
    fn oem_strings_go_there_and_back() {
        let source = wide("Größe");
        let mut oem = narrow_text("", 0);
        let status = call!(RtlUpcaseUnicodeStringToOemString(
            &raw mut oem,
            &raw const source,
            1
        ));
        assert_eq!(
            (status, bytes(&raw const oem)),
            (STATUS_SUCCESS, &b"GR\xD6\xDFE"[..])
        );
        assert_eq!(call!(RtlxOemStringToUnicodeSize(&raw const oem)), 12);
        assert_eq!(call!(RtlxAnsiStringToUnicodeSize(&raw const oem)), 12);
        assert_eq!(call!(RtlxUnicodeStringToOemSize(&raw const source)), 6);
        assert_eq!(call!(RtlxUnicodeStringToAnsiSize(&raw const source)), 6);
        let mut back = wide("");
        let none = call!(RtlOemStringToUnicodeString(
            &raw mut back,
            &raw const oem,
            0
        ));
        assert_eq!(none, STATUS_BUFFER_OVERFLOW);
        let there = call!(RtlOemStringToCountedUnicodeString(
            &raw mut back,
            &raw const oem,
            1
        ));
        assert_eq!((there, back.Length), (STATUS_SUCCESS, 10));
        call!(RtlFreeOemString(&raw mut oem));
        assert!(oem.Buffer.is_null());
        let mut short = narrow_text("", 5);
        for (convert, status) in [
            (
                RtlUnicodeStringToCountedOemString as unsafe extern "win64" fn(_, _, _) -> _,
                STATUS_SUCCESS,
            ),
            (RtlUpcaseUnicodeStringToCountedOemString, STATUS_SUCCESS),
            (RtlUnicodeStringToOemString, STATUS_BUFFER_OVERFLOW),
        ] {
            // SAFETY: both strings are valid for the call.
            let done = unsafe { convert(&raw mut short, &raw const source, 0) };
            assert_eq!(done, status);
        }
    }

    #[test]
    fn conversions_by_length_write_what_fits() {
        let _ = crate::model::thread::current();
        let (mut units, mut written) = ([0_u16; 4], 0);
        let at = units.as_mut_ptr();
        let (from, size) = (b"abcdef".as_ptr(), &raw mut written);
        call!(RtlMultiByteToUnicodeN(at, 7, size, from, 6));
        assert_eq!((written, units), (6, [97, 98, 99, 0]));
        call!(RtlOemToUnicodeN(at, 8, size, from, 2));
        assert_eq!(written, 4);
        let mut narrow = [0_u8; 3];
        call!(RtlUnicodeToMultiByteN(narrow.as_mut_ptr(), 3, size, at, 8));
        assert_eq!((written, &narrow), (3, b"abc"));
        call!(RtlUnicodeToOemN(narrow.as_mut_ptr(), 1, size, at, 8));
        assert_eq!(written, 1);
        call!(RtlMultiByteToUnicodeSize(size, from, 6));
        assert_eq!(written, 12);
        call!(RtlUnicodeToMultiByteSize(size, at, 8));
        assert_eq!(written, 4);
    }

    #[test]
    fn utf_8_is_measured_before_it_is_written() {
        let _ = crate::model::thread::current();
        let source: Vec<u16> = "ä€".encode_utf16().collect();
        let (mut size, none) = (0, std::ptr::null_mut());
        let (from, bytes) = (source.as_ptr(), source.len() as u32 * 2);
        let status = call!(RtlUnicodeToUTF8N(none, 0, &raw mut size, from, bytes));
        assert_eq!((status, size), (STATUS_SUCCESS, 5));
        let mut out = [0_u8; 5];
        let to = out.as_mut_ptr();
        let status = call!(RtlUnicodeToUTF8N(to, 4, &raw mut size, from, bytes));
        assert_eq!(status, STATUS_BUFFER_TOO_SMALL);
        call!(RtlUnicodeToUTF8N(to, 5, &raw mut size, from, bytes));
        assert_eq!(&out, "ä€".as_bytes());
        let half = [0xD800_u16];
        let status = call!(RtlUnicodeToUTF8N(to, 5, &raw mut size, half.as_ptr(), 2));
        assert_eq!((status, size), (0x107, 3));
        let mut units = [0_u16; 2];
        let at = units.as_mut_ptr();
        let status = call!(RtlUTF8ToUnicodeN(at, 4, &raw mut size, "ä€".as_ptr(), 5));
        assert_eq!((status, &units[..]), (STATUS_SUCCESS, &source[..]));
        assert_eq!(
            call!(RtlUTF8ToUnicodeN(at, 4, &raw mut size, std::ptr::null(), 5)),
            STATUS_INVALID_PARAMETER
        );
    }
}
