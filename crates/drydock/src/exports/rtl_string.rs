//! RtlXxxString — shims over counted strings in driver memory.
#![allow(unsafe_code)] // Windows calling convention

use minifilter_sys::{NTSTATUS, STATUS_SUCCESS, STRING, UNICODE_STRING};

use crate::export;
use crate::exports::gate::Call;
use crate::model::pool::{self, PoolKind};
use crate::model::unicode::{self, compare};

type Text = *const UNICODE_STRING;
type TextOut = *mut UNICODE_STRING;

const STATUS_BUFFER_TOO_SMALL: NTSTATUS = 0xC000_0023_u32 as NTSTATUS;
const STATUS_NO_MEMORY: NTSTATUS = 0xC000_0017_u32 as NTSTATUS;
const STATUS_NAME_TOO_LONG: NTSTATUS = 0xC000_0106_u32 as NTSTATUS;
const STATUS_INVALID_PARAMETER: NTSTATUS = 0xC000_000D_u32 as NTSTATUS;
const STATUS_BUFFER_OVERFLOW: NTSTATUS = 0x8000_0005_u32 as NTSTATUS;
/// Tag of strings that Rtl allocates for its caller.
const TAG: u32 = u32::from_le_bytes(*b"RtlS");
const LONGEST: usize = 0x7ffe;

fn read<'a>(text: Text) -> &'a [u16] {
    // SAFETY: the driver passes a counted string of its own; the view lasts for this call.
    unsafe { unicode::units(text) }
}

fn c_string<'a>(text: *const u16) -> &'a [u16] {
    // SAFETY: the driver passes a string that ends with a zero.
    unsafe { unicode::until_zero(text, LONGEST + 1) }
}

fn fields<'a>(text: TextOut) -> &'a mut UNICODE_STRING {
    // SAFETY: the driver passes a UNICODE_STRING of its own to be changed in this call.
    unsafe { &mut *text }
}

/// Writes `units` into the buffer of `text` from unit `at` on; the caller has checked MaximumLength.
fn put(text: &UNICODE_STRING, at: usize, units: impl Iterator<Item = u16>) {
    for (index, unit) in units.enumerate() {
        // SAFETY: the caller has checked that MaximumLength covers what is written.
        unsafe { text.Buffer.wrapping_add(at + index).write(unit) };
    }
}

fn init(out: TextOut, source: *const u16) {
    let bytes = (c_string(source).len().min(LONGEST) * 2) as u16;
    let maximum = if source.is_null() { 0 } else { bytes + 2 };
    *fields(out) = UNICODE_STRING {
        Length: bytes,
        MaximumLength: maximum,
        Buffer: source.cast_mut(),
    };
}

fn append(out: TextOut, units: &[u16]) -> NTSTATUS {
    let text = fields(out);
    let (length, more) = (usize::from(text.Length), units.len() * 2);
    if length + more > usize::from(text.MaximumLength) {
        return STATUS_BUFFER_TOO_SMALL;
    }
    put(text, length / 2, units.iter().copied());
    text.Length = (length + more) as u16;
    if usize::from(text.Length) + 2 <= usize::from(text.MaximumLength) {
        put(text, usize::from(text.Length) / 2, [0].into_iter());
    }
    STATUS_SUCCESS
}

/// A new string in paged pool, as the Rtl routines make them.
fn allocate(out: TextOut, units: &[u16], maximum: usize) -> bool {
    let block = pool::allocate(PoolKind::Paged, maximum.max(2), TAG, Call::current().caller);
    if block.is_null() {
        return false;
    }
    let text = fields(out);
    *text = UNICODE_STRING {
        Length: (units.len() * 2) as u16,
        MaximumLength: maximum as u16,
        Buffer: block.cast(),
    };
    put(text, 0, units.iter().copied());
    if maximum >= units.len() * 2 + 2 {
        put(text, units.len(), [0].into_iter());
    }
    true
}

/// Maps `source` unit by unit into `out`, which is allocated first when asked for.
fn mapped(out: TextOut, source: Text, allocate_it: u8, map: fn(u16) -> u16) -> NTSTATUS {
    let units: Vec<u16> = read(source).iter().map(|unit| map(*unit)).collect();
    put_counted(out, &units, allocate_it != 0)
}

/// Puts `units` into `out`, which is allocated first when asked for.
pub fn put_counted(out: TextOut, units: &[u16], allocate_it: bool) -> NTSTATUS {
    if allocate_it {
        return if allocate(out, units, units.len() * 2) {
            STATUS_SUCCESS
        } else {
            STATUS_NO_MEMORY
        };
    }
    let text = fields(out);
    if units.len() * 2 > usize::from(text.MaximumLength) {
        return STATUS_BUFFER_OVERFLOW;
    }
    text.Length = (units.len() * 2) as u16;
    put(text, 0, units.iter().copied());
    STATUS_SUCCESS
}

/// Puts `units` and a zero behind them into `out`, which is allocated first when asked for.
pub fn put_with_zero(out: TextOut, units: &[u16], allocate_it: bool) -> NTSTATUS {
    let needed = units.len() * 2 + 2;
    if needed > usize::from(u16::MAX) {
        return STATUS_INVALID_PARAMETER;
    }
    if allocate_it {
        let done = allocate(out, units, needed);
        return if done {
            STATUS_SUCCESS
        } else {
            STATUS_NO_MEMORY
        };
    }
    let text = fields(out);
    if needed > usize::from(text.MaximumLength) {
        return STATUS_BUFFER_OVERFLOW;
    }
    text.Length = (units.len() * 2) as u16;
    put(text, 0, units.iter().copied().chain([0]));
    STATUS_SUCCESS
}

fn begins(start: &[u16], whole: &[u16], fold: u8) -> u8 {
    let head = whole.get(..start.len());
    u8::from(head.is_some_and(|head| compare(start, head, fold != 0).is_eq()))
}

fn ends(end: &[u16], whole: &[u16], fold: u8) -> u8 {
    let tail = whole.len().checked_sub(end.len()).map(|at| &whole[at..]);
    u8::from(tail.is_some_and(|tail| compare(end, tail, fold != 0).is_eq()))
}

/// HASH_STRING_ALGORITHM_X65599.
fn hash(units: &[u16], fold: u8) -> u32 {
    let key = |unit: &u16| {
        if fold != 0 {
            unicode::upcase(*unit)
        } else {
            *unit
        }
    };
    units.iter().fold(0, |sum: u32, unit| {
        sum.wrapping_mul(65599).wrapping_add(u32::from(key(unit)))
    })
}

export! { Dll::Ntoskrnl;
    /// `RtlInitUnicodeString`
    fn RtlInitUnicodeString(out: TextOut, source: *const u16) { init(out, source) }
    /// `RtlInitUnicodeStringEx`
    fn RtlInitUnicodeStringEx(out: TextOut, source: *const u16) -> NTSTATUS {
        if c_string(source).len() > LONGEST {
            return STATUS_NAME_TOO_LONG;
        }
        init(out, source);
        STATUS_SUCCESS
    }
    /// `RtlInitAnsiString`
    fn RtlInitAnsiString(out: *mut STRING, source: *mut std::ffi::c_char) {
        let bytes = if source.is_null() {
            0
        } else {
            // SAFETY: the driver passes a string that ends with a zero.
            unsafe { libc::strnlen(source, LONGEST * 2) as u16 }
        };
        let maximum = if source.is_null() { 0 } else { bytes + 1 };
        // SAFETY: the driver passes an ANSI_STRING of its own to be written.
        unsafe { out.write(STRING { Length: bytes, MaximumLength: maximum, Buffer: source.cast() }) };
    }
    /// `RtlCopyUnicodeString`
    fn RtlCopyUnicodeString(out: TextOut, source: Text) {
        let units = read(source);
        fields(out).Length = 0;
        let room = usize::from(fields(out).MaximumLength) / 2;
        append(out, &units[..units.len().min(room)]);
    }
    /// `RtlAppendUnicodeStringToString`
    fn RtlAppendUnicodeStringToString(out: TextOut, source: Text) -> NTSTATUS { append(out, read(source)) }
    /// `RtlAppendUnicodeToString`
    fn RtlAppendUnicodeToString(out: TextOut, source: *const u16) -> NTSTATUS { append(out, c_string(source)) }
    /// `RtlCompareUnicodeString`
    fn RtlCompareUnicodeString(left: Text, right: Text, fold: u8) -> i32 {
        compare(read(left), read(right), fold != 0) as i32
    }
    /// `RtlCompareUnicodeStrings`
    fn RtlCompareUnicodeStrings(left: *const u16, left_units: usize, right: *const u16, right_units: usize, fold: u8) -> i32 {
        // SAFETY: the driver vouches for the units it counts.
        let left = unsafe { std::slice::from_raw_parts(left, left_units) };
        // SAFETY: the driver vouches for the units it counts.
        let right = unsafe { std::slice::from_raw_parts(right, right_units) };
        compare(left, right, fold != 0) as i32
    }
    /// `RtlEqualUnicodeString`
    fn RtlEqualUnicodeString(left: Text, right: Text, fold: u8) -> u8 {
        u8::from(compare(read(left), read(right), fold != 0).is_eq())
    }
    /// `RtlPrefixUnicodeString`
    fn RtlPrefixUnicodeString(start: Text, whole: Text, fold: u8) -> u8 { begins(read(start), read(whole), fold) }
    /// `RtlSuffixUnicodeString`
    fn RtlSuffixUnicodeString(end: Text, whole: Text, fold: u8) -> u8 { ends(read(end), read(whole), fold) }
    /// `RtlHashUnicodeString`
    fn RtlHashUnicodeString(text: Text, fold: u8, algorithm: u32, out: *mut u32) -> NTSTATUS {
        if algorithm > 1 || out.is_null() {
            return STATUS_INVALID_PARAMETER;
        }
        // SAFETY: not null; the driver passes a ULONG of its own to be written.
        unsafe { out.write(hash(read(text), fold)) };
        STATUS_SUCCESS
    }
    /// `RtlUpcaseUnicodeChar`
    fn RtlUpcaseUnicodeChar(unit: u16) -> u16 { unicode::upcase(unit) }
    /// `RtlDowncaseUnicodeChar`
    fn RtlDowncaseUnicodeChar(unit: u16) -> u16 { unicode::downcase(unit) }
    /// `RtlUpcaseUnicodeString`
    fn RtlUpcaseUnicodeString(out: TextOut, source: Text, allocate_it: u8) -> NTSTATUS {
        mapped(out, source, allocate_it, unicode::upcase)
    }
    /// `RtlDowncaseUnicodeString`
    fn RtlDowncaseUnicodeString(out: TextOut, source: Text, allocate_it: u8) -> NTSTATUS {
        mapped(out, source, allocate_it, unicode::downcase)
    }
    /// `RtlCreateUnicodeString`
    fn RtlCreateUnicodeString(out: TextOut, source: *const u16) -> u8 {
        let units = c_string(source);
        u8::from(allocate(out, units, units.len() * 2 + 2))
    }
    /// `RtlFreeUnicodeString`
    fn RtlFreeUnicodeString(text: TextOut) {
        let text = fields(text);
        if !text.Buffer.is_null() {
            pool::free(text.Buffer.cast(), TAG);
        }
        *text = UNICODE_STRING { Length: 0, MaximumLength: 0, Buffer: std::ptr::null_mut() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn string(units: &mut [u16], length: usize) -> UNICODE_STRING {
        let maximum = (units.len() * 2) as u16;
        UNICODE_STRING {
            Length: (length * 2) as u16,
            MaximumLength: maximum,
            Buffer: units.as_mut_ptr(),
        }
    }

    #[test]
    fn appending_stops_at_the_maximum() {
        let _ = crate::model::thread::current();
        let (mut room, mut more) = ([0_u16; 4], [u16::from(b'a'); 3]);
        let (mut out, source) = (string(&mut room, 0), string(&mut more, 3));
        // SAFETY: both strings are valid for the calls.
        let status = unsafe { RtlAppendUnicodeStringToString(&raw mut out, &raw const source) };
        assert_eq!(status, STATUS_SUCCESS);
        // SAFETY: as above.
        let status = unsafe { RtlAppendUnicodeStringToString(&raw mut out, &raw const source) };
        assert_eq!((status, out.Length), (STATUS_BUFFER_TOO_SMALL, 6));
    }

    #[test]
    fn an_upcased_copy_is_allocated_and_freed() {
        let _ = crate::model::thread::current();
        let mut units: Vec<u16> = "Zürich".encode_utf16().collect();
        let source = string(&mut units, 6);
        let mut out = string(&mut [], 0);
        // SAFETY: both strings are valid for the call.
        let status = unsafe { RtlUpcaseUnicodeString(&raw mut out, &raw const source, 1) };
        assert_eq!(status, STATUS_SUCCESS);
        assert_eq!(String::from_utf16_lossy(read(&raw const out)), "ZÜRICH");
        // SAFETY: the string was allocated by the call above.
        unsafe { RtlFreeUnicodeString(&raw mut out) };
        assert!(out.Buffer.is_null());
    }

    #[test]
    fn prefixes_and_suffixes_fold_case_only_when_asked() {
        let units = |text: &str| text.encode_utf16().collect::<Vec<_>>();
        assert_eq!(
            (
                begins(&units("\\A"), &units("\\abc"), 1),
                begins(&units("\\A"), &units("\\abc"), 0)
            ),
            (1, 0)
        );
        assert_eq!(
            (
                ends(&units("BC"), &units("abc"), 1),
                ends(&units("xabc"), &units("abc"), 1)
            ),
            (1, 0)
        );
    }
}
