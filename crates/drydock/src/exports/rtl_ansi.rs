//! RtlXxxAnsiString — shims over strings of bytes; the system's code page is taken to be Latin-1.
#![allow(unsafe_code)] // Windows calling convention

use minifilter_sys::{
    NTSTATUS, STATUS_BUFFER_OVERFLOW, STATUS_INVALID_PARAMETER, STATUS_NO_MEMORY, STATUS_SUCCESS,
    STRING, UNICODE_STRING,
};

use super::rtl_string;
use crate::export;
use crate::exports::gate::Call;
use crate::model::pool::{self, PoolKind};
use crate::model::unicode;

/// Tag of strings that Rtl allocates for its caller.
const TAG: u32 = u32::from_le_bytes(*b"RtlS");

/// The byte for a unit; a question mark for what the code page does not have.
pub fn narrow(unit: u16) -> u8 {
    u8::try_from(unit).unwrap_or(b'?')
}

/// The bytes of a counted string.
pub fn bytes<'a>(text: *const STRING) -> &'a [u8] {
    // SAFETY: the driver passes a counted string of its own.
    let text = unsafe { &*text };
    if text.Length == 0 {
        return &[];
    }
    // SAFETY: a STRING has Length bytes in its buffer; the view lasts for this call.
    unsafe { std::slice::from_raw_parts(text.Buffer.cast(), usize::from(text.Length)) }
}

/// Fills `out` with the bytes and a zero behind them, in a buffer of its own or a new one.
pub fn put(out: *mut STRING, from: &[u8], allocate: bool) -> NTSTATUS {
    let Ok(length) = u16::try_from(from.len() + 1) else {
        return STATUS_INVALID_PARAMETER;
    };
    // SAFETY: the driver passes a STRING of its own to be filled.
    let out = unsafe { &mut *out };
    if allocate {
        let block = pool::allocate(PoolKind::Paged, length.into(), TAG, Call::current().caller);
        if block.is_null() {
            return STATUS_NO_MEMORY;
        }
        out.Buffer = block.cast();
        out.MaximumLength = length;
    } else if out.MaximumLength < length {
        return STATUS_BUFFER_OVERFLOW;
    }
    out.Length = length - 1;
    let buffer = out.Buffer.cast::<u8>();
    // SAFETY: MaximumLength covers the bytes and the zero: allocated so, or checked above.
    unsafe { std::ptr::copy_nonoverlapping(from.as_ptr(), buffer, from.len()) };
    // SAFETY: as above.
    unsafe { buffer.wrapping_add(from.len()).write(0) };
    STATUS_SUCCESS
}

/// Gives back a string that [`put`] has allocated.
pub fn release(text: *mut STRING) {
    // SAFETY: the driver passes a STRING of its own.
    let text = unsafe { &mut *text };
    if !text.Buffer.is_null() {
        pool::free(text.Buffer.cast(), TAG);
    }
    *text = STRING {
        Length: 0,
        MaximumLength: 0,
        Buffer: std::ptr::null_mut(),
    };
}

export! { Dll::Ntoskrnl;
    /// `RtlAnsiStringToUnicodeString`
    fn RtlAnsiStringToUnicodeString(out: *mut UNICODE_STRING, source: *const STRING, allocate: u8) -> NTSTATUS {
        let units: Vec<u16> = bytes(source).iter().map(|byte| u16::from(*byte)).collect();
        rtl_string::put_with_zero(out, &units, allocate != 0)
    }
    /// `RtlUnicodeStringToAnsiString`
    fn RtlUnicodeStringToAnsiString(out: *mut STRING, source: *const UNICODE_STRING, allocate: u8) -> NTSTATUS {
        // SAFETY: the driver passes a counted string of its own.
        let units = unsafe { unicode::units(source) };
        let from: Vec<u8> = units.iter().map(|unit| narrow(*unit)).collect();
        put(out, &from, allocate != 0)
    }
    /// `RtlFreeAnsiString`
    fn RtlFreeAnsiString(text: *mut STRING) { release(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_survives_the_way_there_and_back() {
        let _ = crate::model::thread::current();
        let mut text = *b"hello";
        let source = STRING {
            Length: 5,
            MaximumLength: 5,
            Buffer: text.as_mut_ptr().cast(),
        };
        let mut wide = UNICODE_STRING {
            Length: 0,
            MaximumLength: 0,
            Buffer: std::ptr::null_mut(),
        };
        let mut back = STRING {
            Length: 0,
            MaximumLength: 0,
            Buffer: std::ptr::null_mut(),
        };
        // SAFETY: the strings are valid for the call.
        let there = unsafe { RtlAnsiStringToUnicodeString(&raw mut wide, &raw const source, 1) };
        // SAFETY: as above.
        let here = unsafe { RtlUnicodeStringToAnsiString(&raw mut back, &raw const wide, 1) };
        assert_eq!(
            (there, here, wide.Length),
            (STATUS_SUCCESS, STATUS_SUCCESS, 10)
        );
        assert_eq!(bytes(&raw const back), b"hello");
        // SAFETY: the string was allocated above.
        unsafe { RtlFreeAnsiString(&raw mut back) };
        pool::free(wide.Buffer.cast(), TAG);
        assert!(back.Buffer.is_null());
    }
}
