#![allow(unsafe_code)] // reads a UNICODE_STRING

//! [`UnicodeStr`]: a borrowed string.

use core::fmt::{self, Write};

use minifilter_sys::UNICODE_STRING;

use super::compare::upcase;

/// `UNICODE_STRING` — a borrowed run of UTF-16 units, not necessarily well formed, not terminated.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct UnicodeStr<'a> {
    units: &'a [u16],
}

impl<'a> UnicodeStr<'a> {
    /// The string of these units.
    pub const fn new(units: &'a [u16]) -> Self {
        Self { units }
    }

    /// The string that a `UNICODE_STRING` describes; empty if it has no buffer.
    ///
    /// # Safety
    /// `Length` bytes at `Buffer` are initialised, aligned and unchanged for `'a`, and may be read at the current level.
    pub(crate) const unsafe fn from_raw(string: &UNICODE_STRING) -> Self {
        if string.Buffer.is_null() {
            return Self { units: &[] };
        }
        let len = string.Length as usize / size_of::<u16>();
        // SAFETY: the caller vouches for `Length` bytes at `Buffer`.
        let units = unsafe { core::slice::from_raw_parts(string.Buffer, len) };
        Self { units }
    }

    /// The units.
    pub const fn as_units(self) -> &'a [u16] {
        self.units
    }

    /// How many units it has.
    pub const fn len(self) -> usize {
        self.units.len()
    }

    /// Whether it has none.
    pub const fn is_empty(self) -> bool {
        self.units.is_empty()
    }

    /// Whether both strings are equal but for case. Any IRQL at which both may be read.
    pub fn eq_ignore_case(self, other: UnicodeStr<'_>) -> bool {
        self.len() == other.len() && self.starts_with_ignore_case(other)
    }

    /// Whether this string starts with `prefix` but for case. Any IRQL at which both may be read.
    pub fn starts_with_ignore_case(self, prefix: UnicodeStr<'_>) -> bool {
        self.len() >= prefix.len()
            && self
                .units
                .iter()
                .zip(prefix.units)
                .all(|(a, b)| a == b || upcase(*a) == upcase(*b))
    }

    /// Whether this string ends with `suffix` but for case. Any IRQL at which both may be read.
    pub fn ends_with_ignore_case(self, suffix: UnicodeStr<'_>) -> bool {
        let skipped = self.len().checked_sub(suffix.len());
        let tail = skipped.and_then(|skipped| self.units.get(skipped..));
        tail.is_some_and(|tail| Self::new(tail).eq_ignore_case(suffix))
    }

    /// Orders two strings unit by unit, without regard to case. Any IRQL at which both may be read.
    pub fn cmp_ignore_case(self, other: UnicodeStr<'_>) -> core::cmp::Ordering {
        let ours = self.units.iter().copied().map(upcase);
        ours.cmp(other.units.iter().copied().map(upcase))
    }
}

impl fmt::Display for UnicodeStr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        char::decode_utf16(self.units.iter().copied()).try_for_each(|character| {
            f.write_char(character.unwrap_or(char::REPLACEMENT_CHARACTER))
        })
    }
}

impl fmt::Debug for UnicodeStr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}
