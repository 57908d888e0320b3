//! C strings — zero-terminated text in driver memory, narrow and wide, with the errors of the checked functions.
#![allow(unsafe_code)] // looks at driver memory

use std::ffi::{c_int, c_void};

use super::thread::{self, Site};

/// errno of an argument that will not do.
const EINVAL: c_int = 22;
/// errno of a buffer that is too small.
const ERANGE: c_int = 34;
/// What a copy that was told to cut gives back when it did.
const STRUNCATE: c_int = 80;
/// _TRUNCATE, the count that tells a copy to cut.
pub const TRUNCATE: usize = usize::MAX;

/// Compares two elements.
pub type Compare = unsafe extern "win64" fn(*const c_void, *const c_void) -> c_int;

/// One unit of text.
pub trait Unit: Copy + PartialEq {
    /// What ends a string.
    const ZERO: Self;
    /// Its value.
    fn value(self) -> u32;
}

impl Unit for u8 {
    const ZERO: Self = 0;
    fn value(self) -> u32 {
        self.into()
    }
}

impl Unit for u16 {
    const ZERO: Self = 0;
    fn value(self) -> u32 {
        self.into()
    }
}

fn get<U: Unit>(text: *const U, index: usize) -> U {
    // SAFETY: callers read no further than the zero at the end or the length that the driver names; a bad address faults
    // and is reported or found by the driver's own handler.
    unsafe { text.wrapping_add(index).read() }
}

fn put<U: Unit>(text: *mut U, index: usize, unit: U) {
    // SAFETY: callers write no further than C promises; a bad address faults as above.
    unsafe { text.wrapping_add(index).write(unit) };
}

/// `strlen`, `strnlen` — units before the zero, or the limit.
pub fn length<U: Unit>(text: *const U, limit: usize) -> usize {
    let mut length = 0;
    while length < limit && get(text, length) != U::ZERO {
        length += 1;
    }
    length
}

/// Copies `count` units and ends them with a zero.
fn copy_units<U: Unit>(to: *mut U, from: *const U, count: usize) {
    for index in 0..count {
        put(to, index, get(from, index));
    }
    put(to, count, U::ZERO);
}

/// `strcpy` — copies the string, `limit` units at most, and a zero.
pub fn copy<U: Unit>(to: *mut U, from: *const U, limit: usize) -> *mut U {
    copy_units(to, from, length(from, limit));
    to
}

/// `strncpy` — `count` units: the string and zeros, no zero if it is longer.
pub fn copy_padded<U: Unit>(to: *mut U, from: *const U, count: usize) -> *mut U {
    let text = length(from, count);
    for index in 0..count {
        put(
            to,
            index,
            if index < text {
                get(from, index)
            } else {
                U::ZERO
            },
        );
    }
    to
}

/// `strcat`, `strncat` — copies behind what is there.
pub fn append<U: Unit>(to: *mut U, from: *const U, limit: usize) -> *mut U {
    copy(to.wrapping_add(length(to, usize::MAX)), from, limit);
    to
}

fn refuse<U: Unit>(to: *mut U, error: c_int) -> c_int {
    put(to, 0, U::ZERO);
    error
}

/// `strcpy_s`
pub fn copy_checked<U: Unit>(to: *mut U, size: usize, from: *const U) -> c_int {
    if to.is_null() || size == 0 {
        return EINVAL;
    }
    append_at(to, size, 0, from, usize::MAX - 1)
}

/// `strncpy_s`
pub fn copy_counted<U: Unit>(to: *mut U, size: usize, from: *const U, count: usize) -> c_int {
    if count == 0 && to.is_null() && size == 0 {
        return 0;
    }
    if to.is_null() || size == 0 {
        return EINVAL;
    }
    if count == 0 {
        return refuse(to, 0);
    }
    append_at(to, size, 0, from, count)
}

/// `strcat_s`
pub fn append_checked<U: Unit>(to: *mut U, size: usize, from: *const U) -> c_int {
    append_counted(to, size, from, usize::MAX - 1)
}

/// `strncat_s`
pub fn append_counted<U: Unit>(to: *mut U, size: usize, from: *const U, count: usize) -> c_int {
    if to.is_null() || size == 0 {
        return EINVAL;
    }
    match length(to, size) {
        unended if unended == size => refuse(to, EINVAL),
        _ if count == 0 => 0,
        end => append_at(to, size, end, from, count),
    }
}

/// Copies at most `count` units to the place `end` of a buffer of `size` units; all or, with TRUNCATE, what fits.
fn append_at<U: Unit>(to: *mut U, size: usize, end: usize, from: *const U, count: usize) -> c_int {
    if from.is_null() {
        return refuse(to, EINVAL);
    }
    let (room, cut) = (size - end, count == TRUNCATE);
    let wanted = length(from, count.min(room));
    if wanted < room {
        copy_units(to.wrapping_add(end), from, wanted);
        0
    } else if cut {
        copy_units(to.wrapping_add(end), from, room - 1);
        STRUNCATE
    } else {
        refuse(to, ERANGE)
    }
}

/// `memcpy_s`, `memmove_s`
pub fn move_checked(to: *mut u8, size: usize, from: *const u8, count: usize) -> c_int {
    if count == 0 {
        return 0;
    }
    if to.is_null() {
        return EINVAL;
    }
    if from.is_null() || size < count {
        (0..size).for_each(|index| put(to, index, 0));
        return if from.is_null() { EINVAL } else { ERANGE };
    }
    move_bytes(to, from, count);
    0
}

fn move_bytes(to: *mut u8, from: *const u8, count: usize) {
    // SAFETY: the driver vouches for both ranges; a bad one faults and is reported.
    unsafe { std::ptr::copy(from, to, count) };
}

/// `strchr` — where the unit is first; the zero at the end counts.
pub fn find<U: Unit>(text: *const U, unit: U) -> Option<usize> {
    let length = length(text, usize::MAX);
    (0..=length).find(|index| get(text, *index) == unit)
}

/// `strrchr` — where it is last.
pub fn find_last<U: Unit>(text: *const U, unit: U) -> Option<usize> {
    let length = length(text, usize::MAX);
    (0..=length).rev().find(|index| get(text, *index) == unit)
}

/// `strstr` — where the other string begins in this one.
pub fn find_text<U: Unit>(text: *const U, part: *const U) -> Option<usize> {
    let (length, wanted) = (length(text, usize::MAX), length(part, usize::MAX));
    let matches =
        |start: &usize| (0..wanted).all(|index| get(text, start + index) == get(part, index));
    (0..=length.checked_sub(wanted)?).find(matches)
}

/// `strspn`, `strcspn` — how many units at the beginning are in the set, or are not.
pub fn span<U: Unit>(text: *const U, set: *const U, inside: bool) -> usize {
    let members = length(set, usize::MAX);
    let member = |index: usize| (0..members).any(|other| get(set, other) == get(text, index));
    let length = length(text, usize::MAX);
    (0..length)
        .find(|index| member(*index) != inside)
        .unwrap_or(length)
}

/// `_stricmp`, `_strnicmp` — order without regard to the case of ASCII letters.
pub fn compare_folded(left: *const u8, right: *const u8, count: usize) -> c_int {
    let mut index = 0;
    while index < count {
        let [left, right] = [left, right].map(|text| get(text, index).to_ascii_lowercase());
        if left != right || left == 0 {
            return c_int::from(left) - c_int::from(right);
        }
        index += 1;
    }
    0
}

/// `atoi`, `strtol` — the number at the beginning, and the index behind it; what is too large stays at the limit.
pub fn number<U: Unit>(text: *const U, radix: u32) -> (i64, usize) {
    let at = |index: usize| char::from_u32(get(text, index).value()).unwrap_or('\0');
    let mut index = 0;
    while matches!(at(index), '\t'..='\r' | ' ') {
        index += 1;
    }
    let negative = at(index) == '-';
    if matches!(at(index), '-' | '+') {
        index += 1;
    }
    let mut value = 0_i64;
    while let Some(digit) = at(index).to_digit(radix) {
        value = value
            .saturating_mul(radix.into())
            .saturating_add(digit.into());
        index += 1;
    }
    let value = if negative { -value } else { value };
    (value.clamp(i32::MIN.into(), i32::MAX.into()), index)
}

/// `wcstombs`, `mbstowcs` — units written without the zero; usize::MAX when one has no counterpart; only counts for a
/// null destination.
pub fn convert<F: Unit, T: Unit>(
    to: *mut T,
    from: *const F,
    count: usize,
    one: fn(F) -> Option<T>,
) -> usize {
    let length = length(from, if to.is_null() { usize::MAX } else { count });
    for index in 0..length {
        let Some(unit) = one(get(from, index)) else {
            return usize::MAX;
        };
        if !to.is_null() {
            put(to, index, unit);
        }
    }
    if !to.is_null() && length < count {
        put(to, length, T::ZERO);
    }
    length
}

fn compare_at(compare: Compare, left: *const u8, right: *const u8) -> c_int {
    let site = Site {
        name: "comparison for qsort or bsearch",
        code: compare as usize,
    };
    // SAFETY: the driver gave this routine for elements of this array.
    thread::call_inside(site, || unsafe { compare(left.cast(), right.cast()) })
}

/// `qsort` — sorts in place by exchanging elements, so that the routine sees only addresses in the array.
pub fn sort(base: *mut u8, count: usize, width: usize, compare: Compare) {
    let element = |index: usize| base.wrapping_add(index * width);
    // A heap, then its roots to the end one after the other: no memory, and n log n in every case.
    let sift = |mut root: usize, end: usize| {
        loop {
            let mut largest = root;
            for child in [2 * root + 1, 2 * root + 2] {
                if child < end && compare_at(compare, element(largest), element(child)) < 0 {
                    largest = child;
                }
            }
            if largest == root {
                return;
            }
            swap(element(root), element(largest), width);
            root = largest;
        }
    };
    for root in (0..count / 2).rev() {
        sift(root, count);
    }
    for end in (1..count).rev() {
        swap(element(0), element(end), width);
        sift(0, end);
    }
}

fn swap(left: *mut u8, right: *mut u8, width: usize) {
    // SAFETY: two different elements of the driver's array, each `width` bytes long.
    unsafe { std::ptr::swap_nonoverlapping(left, right, width) };
}

/// `bsearch` — the element that equals the key; null for none.
pub fn search(
    key: *const u8,
    base: *const u8,
    count: usize,
    width: usize,
    compare: Compare,
) -> *const u8 {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        let element = base.wrapping_add(middle * width);
        match compare_at(compare, key, element) {
            0 => return element,
            less if less < 0 => high = middle,
            _ => low = middle + 1,
        }
    }
    std::ptr::null()
}
