//! The kernel's printf — every conversion that DbgPrint and the `_snwprintf` family know.
#![allow(unsafe_code)] // reads what the driver's arguments point to

use minifilter_sys::{STRING, UNICODE_STRING};

use super::bounds::PASSIVE;
use super::{thread, unicode};
use crate::verify::{self, rule};

/// Longest text taken from a pointer without a length.
const LONGEST: usize = 4096;

/// Arguments of a Windows x64 variadic call: one 8-byte slot each.
pub struct Arguments(*const u64);

impl Arguments {
    /// Arguments that begin at `first`.
    ///
    /// # Safety
    /// `first` points to as many slots as the format string that goes with it has conversions.
    #[must_use]
    pub const unsafe fn new(first: *const u64) -> Self {
        Self(first)
    }

    fn next(&mut self) -> u64 {
        // SAFETY: by the contract of `new`, one slot is there for each conversion, and each is taken once.
        let value = unsafe { self.0.read() };
        self.0 = self.0.wrapping_add(1);
        value
    }
}

#[derive(Default)]
struct Conversion {
    left: bool,
    zero: bool,
    plus: bool,
    space: bool,
    alternate: bool,
    width: usize,
    precision: Option<usize>,
    size: Size,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Size {
    #[default]
    Plain,
    Char,
    Short,
    /// `l`, `w`: 32-bit numbers, wide text.
    Long,
    /// `ll`, `I64`, `I`, `z`, `j`, `t`: 64-bit numbers.
    Quad,
}

/// Formats `format` with `arguments`. `wide` says which kind `%s` is: narrow in DbgPrint, wide in swprintf.
#[must_use]
pub fn format(format: &[char], mut arguments: Arguments, wide: bool) -> String {
    let mut out = String::new();
    let mut rest = format;
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first != '%' {
            out.push(first);
            continue;
        }
        let (conversion, kind, after) = parse(rest, &mut arguments);
        rest = after;
        match kind {
            Some('%') => out.push('%'),
            Some(kind) => out.push_str(&conversion.render(kind, &mut arguments, wide)),
            None => out.push('%'),
        }
    }
    out
}

fn parse<'f>(
    format: &'f [char],
    arguments: &mut Arguments,
) -> (Conversion, Option<char>, &'f [char]) {
    let mut conversion = Conversion::default();
    let mut rest = format;
    while let Some((flag, after)) = rest.split_first() {
        match flag {
            '-' => conversion.left = true,
            '0' => conversion.zero = true,
            '+' => conversion.plus = true,
            ' ' => conversion.space = true,
            '#' => conversion.alternate = true,
            _ => break,
        }
        rest = after;
    }
    let width = number(&mut rest, arguments);
    conversion.left |= width.is_some_and(|width| width < 0);
    conversion.width = width
        .map_or(0, |width| width.unsigned_abs() as usize)
        .min(LONGEST);
    if let Some(('.', after)) = rest.split_first() {
        rest = after;
        let precision = number(&mut rest, arguments).unwrap_or(0);
        conversion.precision = usize::try_from(precision)
            .ok()
            .map(|precision| precision.min(LONGEST));
    }
    conversion.size = size(&mut rest);
    match rest.split_first() {
        Some((kind, after)) => (conversion, Some(*kind), after),
        None => (conversion, None, rest),
    }
}

/// A number in the format, or an argument for `*`.
fn number(rest: &mut &[char], arguments: &mut Arguments) -> Option<i32> {
    if let Some(('*', after)) = rest.split_first() {
        *rest = after;
        return Some(arguments.next() as i32);
    }
    let digits = rest
        .iter()
        .take_while(|character| character.is_ascii_digit())
        .count();
    let (text, after) = rest.split_at(digits);
    *rest = after;
    text.iter().collect::<String>().parse().ok()
}

fn size(rest: &mut &[char]) -> Size {
    const PREFIXES: &[(&str, Size)] = &[
        ("I64", Size::Quad),
        ("I32", Size::Plain),
        ("ll", Size::Quad),
        ("hh", Size::Char),
        ("l", Size::Long),
        ("w", Size::Long),
        ("h", Size::Short),
        ("I", Size::Quad),
        ("z", Size::Quad),
        ("j", Size::Quad),
        ("t", Size::Quad),
    ];
    for (prefix, size) in PREFIXES {
        let length = prefix.len();
        if rest.len() > length && rest[..length].iter().copied().eq(prefix.chars()) {
            *rest = &rest[length..];
            return *size;
        }
    }
    Size::Plain
}

impl Conversion {
    fn render(&self, kind: char, arguments: &mut Arguments, wide: bool) -> String {
        let text_is_wide = match (kind, self.size) {
            (_, Size::Long) => true,
            (_, Size::Short) => false,
            ('Z', _) => false,
            ('S' | 'C', _) => !wide,
            _ => wide,
        };
        if "cCsSZ".contains(kind) && text_is_wide && !wide {
            note_narrowing();
        }
        match kind {
            'd' | 'i' => self.signed(arguments.next()),
            'u' | 'x' | 'X' | 'o' => self.unsigned(kind, arguments.next()),
            'p' => self.pad(format!("{:016X}", arguments.next())),
            'c' | 'C' => self.pad(character(arguments.next(), text_is_wide)),
            's' | 'S' => self.pad(self.cut(text(arguments.next(), text_is_wide, self.precision))),
            'Z' => self.pad(self.cut(counted(arguments.next(), text_is_wide))),
            other => format!("%{other}"),
        }
    }

    fn signed(&self, value: u64) -> String {
        let value = match self.size {
            Size::Char => i64::from(value as i8),
            Size::Short => i64::from(value as i16),
            Size::Plain | Size::Long => i64::from(value as i32),
            Size::Quad => value as i64,
        };
        let sign = match value {
            ..0 => "-",
            _ if self.plus => "+",
            _ if self.space => " ",
            _ => "",
        };
        self.number(sign, value.unsigned_abs().to_string())
    }

    fn unsigned(&self, kind: char, value: u64) -> String {
        let value = match self.size {
            Size::Char => value & 0xff,
            Size::Short => value & 0xffff,
            Size::Plain | Size::Long => value & 0xffff_ffff,
            Size::Quad => value,
        };
        let prefix = if self.alternate && value != 0 {
            kind
        } else {
            ' '
        };
        let prefix = match prefix {
            'x' => "0x",
            'X' => "0X",
            'o' => "0",
            _ => "",
        };
        let digits = match kind {
            'x' => format!("{value:x}"),
            'X' => format!("{value:X}"),
            'o' => format!("{value:o}"),
            _ => value.to_string(),
        };
        self.number(prefix, digits)
    }

    fn number(&self, sign: &str, digits: String) -> String {
        let mut least = self.precision.unwrap_or(1);
        if self.zero && !self.left && self.precision.is_none() {
            least = self.width.saturating_sub(sign.len());
        }
        self.pad(format!("{sign}{digits:0>least$}"))
    }

    fn cut(&self, text: String) -> String {
        match self.precision {
            Some(precision) => text.chars().take(precision).collect(),
            None => text,
        }
    }

    fn pad(&self, text: String) -> String {
        let width = self.width;
        if self.left {
            format!("{text:<width$}")
        } else {
            format!("{text:>width$}")
        }
    }
}

fn character(value: u64, wide: bool) -> String {
    if wide {
        String::from_utf16_lossy(&[value as u16])
    } else {
        char::from(value as u8).to_string()
    }
}

fn text(pointer: u64, wide: bool, limit: Option<usize>) -> String {
    let limit = limit.unwrap_or(LONGEST);
    if pointer == 0 {
        return "(null)".to_owned();
    }
    if wide {
        // SAFETY: the driver passes a zero-terminated wide string for this conversion.
        return String::from_utf16_lossy(unsafe {
            unicode::until_zero(pointer as *const u16, limit)
        });
    }
    let mut out = String::new();
    for index in 0..limit {
        // SAFETY: the driver passes a zero-terminated string for this conversion, and no zero was met yet.
        match unsafe { ((pointer as usize + index) as *const u8).read() } {
            0 => break,
            byte => out.push(char::from(byte)),
        }
    }
    out
}

/// `%Z` — a counted string.
fn counted(pointer: u64, wide: bool) -> String {
    if pointer == 0 {
        return "(null)".to_owned();
    }
    if wide {
        // SAFETY: the driver passes a UNICODE_STRING for this conversion.
        String::from_utf16_lossy(unsafe { unicode::units(pointer as *const UNICODE_STRING) })
    } else {
        // SAFETY: the driver passes an ANSI_STRING for this conversion.
        unsafe { unicode::bytes(pointer as *const STRING) }
            .iter()
            .map(|byte| char::from(*byte))
            .collect()
    }
}

/// The code page tables by which wide text becomes narrow are pageable.
fn note_narrowing() {
    let irql = thread::current().irql();
    if irql > PASSIVE {
        verify::violation(
            rule::WIDE_FORMAT_ABOVE_PASSIVE,
            format!("a wide-character conversion at IRQL {irql}"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(text: &str, slots: &[u64]) -> String {
        let characters: Vec<char> = text.chars().collect();
        // SAFETY: each test passes a slot for each of its conversions.
        let arguments = unsafe { Arguments::new(slots.as_ptr()) };
        format(&characters, arguments, false)
    }

    #[test]
    fn numbers_follow_flags_width_precision_and_size() {
        let garbage = 0xAAAA_AAAA_0000_0000_u64;
        assert_eq!(
            print("%d|%5d|%-5d|%05d", &[garbage | 7, 7, 7, 7]),
            "7|    7|7    |00007"
        );
        assert_eq!(
            print("%d %I64d %lld", &[0xffff_ffff, u64::MAX, 5]),
            "-1 -1 5"
        );
        assert_eq!(
            print("%#x %08X %.4x %o %hu", &[255, 255, 255, 8, 0x1_0005]),
            "0xff 000000FF 00ff 10 5"
        );
        assert_eq!(
            print("%p %*d %+d", &[0x10, 4, 1, 2]),
            "0000000000000010    1 +2"
        );
    }

    #[test]
    fn text_is_narrow_wide_or_counted() {
        let wide: Vec<u16> = "wide\0".encode_utf16().collect();
        let mut buffer: Vec<u16> = "name!".encode_utf16().collect();
        let string = UNICODE_STRING {
            Length: 8,
            MaximumLength: 10,
            Buffer: buffer.as_mut_ptr(),
        };
        let slots = [
            c"narrow".as_ptr() as u64,
            wide.as_ptr() as u64,
            &raw const string as u64,
            0,
        ];
        assert_eq!(
            print("%s %ws [%wZ] %s %%", &slots),
            "narrow wide [name] (null) %"
        );
        assert_eq!(
            print("%.2s|%8S|%c%C", &[slots[0], slots[1], 65, 66]),
            "na|    wide|AB"
        );
    }

    #[test]
    fn an_unfinished_conversion_is_kept() {
        assert_eq!(print("100%", &[]), "100%");
    }

    #[test]
    fn wide_text_above_passive_is_reported() {
        let found = crate::verify::tests::violations_of("", || {
            thread::current().set_irql(2);
            let _ = print("%wc", &[65]);
        });
        assert_eq!(found, ["F20 wide-character DbgPrint format above PASSIVE"]);
    }

    #[test]
    fn wide_text_that_stays_wide_is_formatted_at_any_level() {
        let found = crate::verify::tests::violations_of("", || {
            thread::current().set_irql(2);
            let characters: Vec<char> = "%wc%wZ".chars().collect();
            let slots = [65, 0];
            // SAFETY: a slot for each conversion; none is a pointer but the null.
            let arguments = unsafe { Arguments::new(slots.as_ptr()) };
            assert_eq!(format(&characters, arguments, true), "A(null)");
        });
        assert_eq!(found, Vec::<String>::new());
    }
}
