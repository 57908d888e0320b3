//! memcpy and its kin, strlen, wcslen, … — the C functions that ntoskrnl exports.
#![allow(unsafe_code)] // Windows calling convention

use std::cmp::Ordering;
use std::ffi::{c_char, c_int, c_void};

use crate::export;
use crate::model::unicode::{self, until_zero};
use crate::verify::{self, rule};

type Memory = *mut c_void;
type Wide = *const u16;
type Narrow = *const c_char;

const UNLIMITED: usize = usize::MAX / 4;

fn sign(order: Ordering) -> c_int {
    order as c_int
}

/// A C string as the driver passes it.
fn wide<'a>(text: Wide, limit: usize) -> &'a [u16] {
    // SAFETY: the driver passes a string that ends with a zero, or is at least `limit` long.
    unsafe { until_zero(text, limit) }
}

fn narrow<'a>(text: Narrow, limit: usize) -> &'a [u8] {
    // SAFETY: as above; strnlen stops at the limit or at the zero.
    let length = unsafe { libc::strnlen(text, limit) };
    // SAFETY: strnlen has read these bytes.
    unsafe { std::slice::from_raw_parts(text.cast(), length) }
}

fn find_last(text: Wide, unit: u16) -> Wide {
    let units = wide(text, UNLIMITED);
    if unit == 0 {
        return text.wrapping_add(units.len());
    }
    units
        .iter()
        .rposition(|found| *found == unit)
        .map_or(std::ptr::null(), |index| text.wrapping_add(index))
}

/// Buffers of memcpy must not overlap, for the order in which it copies is nobody's business. One and the same is left alone:
/// compilers copy a value onto itself.
fn refuse_overlap(to: usize, from: usize, count: usize) {
    let apart = to.abs_diff(from);
    if apart != 0 && apart < count {
        verify::violation(
            rule::COPY_OVERLAPS,
            format!("{count} bytes from {from:#x} to {to:#x}"),
        );
    }
}

export! { Dll::Ntoskrnl;
    /// `memcpy`
    fn memcpy(to: Memory, from: *const c_void, count: usize) -> Memory {
        refuse_overlap(to as usize, from as usize, count);
        // SAFETY: the driver vouches for both ranges; a bad one faults and is reported.
        unsafe { std::ptr::copy(from.cast::<u8>(), to.cast::<u8>(), count) };
        to
    }
    /// `memmove`
    fn memmove(to: Memory, from: *const c_void, count: usize) -> Memory {
        // SAFETY: as for memcpy.
        unsafe { std::ptr::copy(from.cast::<u8>(), to.cast::<u8>(), count) };
        to
    }
    /// `RtlMoveMemory`
    fn RtlMoveMemory(to: Memory, from: *const c_void, count: usize) {
        // SAFETY: as for memcpy.
        unsafe { std::ptr::copy(from.cast::<u8>(), to.cast::<u8>(), count) };
    }
    /// `RtlCopyMemory`
    fn RtlCopyMemory(to: Memory, from: *const c_void, count: usize) {
        refuse_overlap(to as usize, from as usize, count);
        // SAFETY: as for memcpy.
        unsafe { std::ptr::copy(from.cast::<u8>(), to.cast::<u8>(), count) };
    }
    /// `memset`
    fn memset(to: Memory, byte: c_int, count: usize) -> Memory {
        // SAFETY: the driver vouches for the range; a bad one faults and is reported.
        unsafe { to.cast::<u8>().write_bytes(byte as u8, count) };
        to
    }
    /// `RtlZeroMemory`
    fn RtlZeroMemory(to: Memory, count: usize) {
        // SAFETY: as for memset.
        unsafe { to.cast::<u8>().write_bytes(0, count) };
    }
    /// `RtlFillMemory`
    fn RtlFillMemory(to: Memory, count: usize, byte: u8) {
        // SAFETY: as for memset.
        unsafe { to.cast::<u8>().write_bytes(byte, count) };
    }
    /// `memcmp`
    fn memcmp(left: *const c_void, right: *const c_void, count: usize) -> c_int {
        // SAFETY: as for memcpy.
        unsafe { libc::memcmp(left, right, count) }
    }
    /// `RtlCompareMemory` — how many bytes are equal.
    fn RtlCompareMemory(left: *const u8, right: *const u8, count: usize) -> usize {
        let mut equal = 0;
        while equal < count {
            // SAFETY: the driver vouches for `count` bytes.
            let left = unsafe { left.wrapping_add(equal).read() };
            // SAFETY: the driver vouches for `count` bytes.
            let right = unsafe { right.wrapping_add(equal).read() };
            if left != right {
                break;
            }
            equal += 1;
        }
        equal
    }
    /// `strlen`
    fn strlen(text: Narrow) -> usize { narrow(text, UNLIMITED).len() }
    /// `strcmp`
    fn strcmp(left: Narrow, right: Narrow) -> c_int { sign(narrow(left, UNLIMITED).cmp(narrow(right, UNLIMITED))) }
    /// `strncmp`
    fn strncmp(left: Narrow, right: Narrow, count: usize) -> c_int { sign(narrow(left, count).cmp(narrow(right, count))) }
    /// `wcslen`
    fn wcslen(text: Wide) -> usize { wide(text, UNLIMITED).len() }
    /// `wcsnlen`
    fn wcsnlen(text: Wide, count: usize) -> usize { wide(text, count).len() }
    /// `wcscmp`
    fn wcscmp(left: Wide, right: Wide) -> c_int {
        sign(unicode::compare(wide(left, UNLIMITED), wide(right, UNLIMITED), false))
    }
    /// `wcsncmp`
    fn wcsncmp(left: Wide, right: Wide, count: usize) -> c_int {
        sign(unicode::compare(wide(left, count), wide(right, count), false))
    }
    /// `_wcsicmp`
    fn _wcsicmp(left: Wide, right: Wide) -> c_int {
        sign(unicode::compare(wide(left, UNLIMITED), wide(right, UNLIMITED), true))
    }
    /// `_wcsnicmp`
    fn _wcsnicmp(left: Wide, right: Wide, count: usize) -> c_int {
        sign(unicode::compare(wide(left, count), wide(right, count), true))
    }
    /// `wcschr`
    fn wcschr(text: Wide, unit: u16) -> Wide {
        let units = wide(text, UNLIMITED);
        let found = if unit == 0 { Some(units.len()) } else { units.iter().position(|found| *found == unit) };
        found.map_or(std::ptr::null(), |index| text.wrapping_add(index))
    }
    /// `wcsrchr`
    fn wcsrchr(text: Wide, unit: u16) -> Wide { find_last(text, unit) }
    /// `wcsstr`
    fn wcsstr(text: Wide, part: Wide) -> Wide {
        let (units, part) = (wide(text, UNLIMITED), wide(part, UNLIMITED));
        if part.is_empty() {
            return text;
        }
        let found = units.windows(part.len()).position(|window| window == part);
        found.map_or(std::ptr::null(), |index| text.wrapping_add(index))
    }
    direct __chkstk = chkstk;
}

/// `__chkstk` — probes a large frame: RAX is its size, every register but R10 and R11 is kept.
#[unsafe(naked)]
unsafe extern "win64" fn chkstk() {
    std::arch::naked_asm!(
        "lea r10, [rsp + 8]",
        "sub r10, rax",
        "mov r11, rsp",
        "2:",
        "sub r11, 0x1000",
        "cmp r11, r10",
        "jb 3f",
        "test [r11], r11",
        "jmp 2b",
        "3:",
        "ret",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searches_give_addresses_in_the_text() {
        let _ = crate::model::thread::current();
        let text: Vec<u16> = "\\a\\b.txt\0".encode_utf16().collect();
        let dot: Vec<u16> = ".t\0".encode_utf16().collect();
        let offset = |found: Wide| (found as usize - text.as_ptr() as usize) / 2;
        // SAFETY: both strings end with a zero.
        let last = unsafe { wcsrchr(text.as_ptr(), u16::from(b'\\')) };
        assert_eq!(offset(last), 2);
        // SAFETY: as above.
        assert_eq!(offset(unsafe { wcsstr(text.as_ptr(), dot.as_ptr()) }), 4);
        // SAFETY: as above.
        assert!(unsafe { wcschr(text.as_ptr(), u16::from(b'z')) }.is_null());
    }

    #[test]
    fn compare_memory_counts_equal_bytes() {
        let _ = crate::model::thread::current();
        // SAFETY: both arrays have four bytes.
        let equal = unsafe { RtlCompareMemory(b"abcd".as_ptr(), b"abxd".as_ptr(), 4) };
        assert_eq!(equal, 2);
    }
}
