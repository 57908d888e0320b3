//! _snprintf, swprintf_s, _vsnwprintf, … — the printf family of ntoskrnl, over the one formatter of the bench.
#![allow(unsafe_code)] // Windows calling convention, variadic

use super::gate::{self, Export};
use crate::export;
use crate::model::format::{self, Arguments};

/// _TRUNCATE, the count that tells the checked functions to cut.
const TRUNCATE: usize = usize::MAX;

/// What a variadic function finds on its stack: the register arguments in their home slots, then the others.
type Frame = *const u64;

/// Where formatted text goes.
#[derive(Clone, Copy)]
struct Output {
    buffer: u64,
    wide: bool,
    /// Units that fit, the zero included.
    size: usize,
    /// Units that are wanted at most.
    count: usize,
    rule: Rule,
}

/// What happens at the end of the room.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rule {
    /// `sprintf`: there is room.
    Unbounded,
    /// `_snprintf`: cut, and no zero when the room is full.
    Counted,
    /// `sprintf_s`: too long is empty.
    Checked,
}

fn argument(frame: Frame, index: usize) -> u64 {
    // SAFETY: the frame begins with the fixed arguments of the function, of which this is one.
    unsafe { frame.wrapping_add(index).read() }
}

/// The units of a format.
fn units(text: u64, wide: bool) -> Vec<char> {
    let mut characters = Vec::new();
    for index in 0_usize.. {
        let unit = if wide {
            // SAFETY: a zero-terminated string of the driver, and no zero was met yet.
            u32::from(unsafe { (text as *const u16).wrapping_add(index).read() })
        } else {
            // SAFETY: as above.
            u32::from(unsafe { (text as *const u8).wrapping_add(index).read() })
        };
        if unit == 0 {
            break;
        }
        characters.push(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    characters
}

fn write(output: Output, index: usize, unit: u16) {
    if output.wide {
        // SAFETY: `print` writes no further than the function promises for the driver's buffer.
        unsafe { (output.buffer as *mut u16).wrapping_add(index).write(unit) };
    } else {
        // SAFETY: as above.
        unsafe {
            (output.buffer as *mut u8)
                .wrapping_add(index)
                .write(unit as u8)
        };
    }
}

/// Formats into the buffer; the units written, or -1.
fn print(output: Output, text: u64, arguments: Frame) -> i32 {
    if output.rule == Rule::Checked && (output.buffer == 0 || output.size == 0 || text == 0) {
        return -1;
    }
    // SAFETY: the driver passes an argument for each conversion of its format.
    let arguments = unsafe { Arguments::new(arguments) };
    let line = format::format(&units(text, output.wide), arguments, output.wide);
    let line: Vec<u16> = if output.wide {
        line.encode_utf16().collect()
    } else {
        let narrow = |character: char| u8::try_from(character).unwrap_or(b'?');
        line.chars()
            .map(|character| narrow(character).into())
            .collect()
    };
    let length = line.len();
    let (kept, zero, fits) = match output.rule {
        Rule::Unbounded => (length, true, true),
        Rule::Counted => (
            length.min(output.count),
            length < output.count,
            length <= output.count,
        ),
        Rule::Checked if length < output.size && length <= output.count => (length, true, true),
        Rule::Checked if output.count == TRUNCATE => (output.size - 1, true, false),
        Rule::Checked if output.count < output.size => (output.count, true, false),
        Rule::Checked => (0, true, false),
    };
    // A null buffer only asks how long the text would be.
    if output.buffer == 0 {
        return length as i32;
    }
    for (index, unit) in line[..kept].iter().enumerate() {
        write(output, index, *unit);
    }
    if zero {
        write(output, kept, 0);
    }
    if fits { length as i32 } else { -1 }
}

/// sprintf(buffer, format, …)
fn unbounded(frame: Frame, wide: bool) -> i32 {
    let output = Output {
        buffer: argument(frame, 0),
        wide,
        size: 0,
        count: 0,
        rule: Rule::Unbounded,
    };
    print(output, argument(frame, 1), frame.wrapping_add(2))
}

/// _snprintf(buffer, count, format, …)
fn counted(frame: Frame, wide: bool) -> i32 {
    vcounted(
        argument(frame, 0),
        argument(frame, 1),
        argument(frame, 2),
        frame.wrapping_add(3),
        wide,
    )
}

fn vcounted(buffer: u64, count: u64, text: u64, arguments: Frame, wide: bool) -> i32 {
    let output = Output {
        buffer,
        wide,
        size: 0,
        count: count as usize,
        rule: Rule::Counted,
    };
    print(output, text, arguments)
}

/// sprintf_s(buffer, size, format, …)
fn checked(frame: Frame, wide: bool) -> i32 {
    // One less than TRUNCATE: as long as it may be, but not to be cut.
    let all = (TRUNCATE - 1) as u64;
    vchecked(
        [argument(frame, 0), argument(frame, 1), all],
        argument(frame, 2),
        frame.wrapping_add(3),
        wide,
    )
}

/// _snprintf_s(buffer, size, count, format, …)
fn checked_counted(frame: Frame, wide: bool) -> i32 {
    let place = [argument(frame, 0), argument(frame, 1), argument(frame, 2)];
    vchecked(place, argument(frame, 3), frame.wrapping_add(4), wide)
}

fn vchecked([buffer, size, count]: [u64; 3], text: u64, arguments: Frame, wide: bool) -> i32 {
    let output = Output {
        buffer,
        wide,
        size: size as usize,
        count: count as usize,
        rule: Rule::Checked,
    };
    print(output, text, arguments)
}

/// A variadic export: register arguments go into their home slots, so that all arguments are one array.
macro_rules! variadic {
    ($($entry:ident, $inner:ident: $name:ident = $body:expr, $wide:expr;)*) => {
        $(
            #[unsafe(naked)]
            unsafe extern "win64" fn $entry() {
                std::arch::naked_asm!(
                    "mov [rsp + 8], rcx",
                    "mov [rsp + 16], rdx",
                    "mov [rsp + 24], r8",
                    "mov [rsp + 32], r9",
                    "lea rcx, [rsp + 8]",
                    "jmp {}",
                    sym $inner
                )
            }

            extern "win64" fn $inner(frame: Frame) -> i32 {
                let export: &'static Export = &$name::EXPORT;
                gate::enter(export);
                $body(frame, $wide)
            }
        )*
    };
}

variadic! {
    sprintf_entry, sprintf_inner: sprintf = unbounded, false;
    swprintf_entry, swprintf_inner: swprintf = unbounded, true;
    snprintf_entry, snprintf_inner: _snprintf = counted, false;
    snwprintf_entry, snwprintf_inner: _snwprintf = counted, true;
    sprintf_s_entry, sprintf_s_inner: sprintf_s = checked, false;
    swprintf_s_entry, swprintf_s_inner: swprintf_s = checked, true;
    snprintf_s_entry, snprintf_s_inner: _snprintf_s = checked_counted, false;
    snwprintf_s_entry, snwprintf_s_inner: _snwprintf_s = checked_counted, true;
}

const ALL: u64 = (TRUNCATE - 1) as u64;

export! { Dll::Ntoskrnl;
    /// `vsprintf`
    fn vsprintf(buffer: u64, text: u64, arguments: Frame) -> i32 {
        print(Output { buffer, wide: false, size: 0, count: 0, rule: Rule::Unbounded }, text, arguments)
    }
    /// `_vsnprintf`
    fn _vsnprintf(buffer: u64, count: u64, text: u64, arguments: Frame) -> i32 {
        vcounted(buffer, count, text, arguments, false)
    }
    /// `_vsnwprintf`
    fn _vsnwprintf(buffer: u64, count: u64, text: u64, arguments: Frame) -> i32 {
        vcounted(buffer, count, text, arguments, true)
    }
    /// `vsprintf_s`
    fn vsprintf_s(buffer: u64, size: u64, text: u64, arguments: Frame) -> i32 {
        vchecked([buffer, size, ALL], text, arguments, false)
    }
    /// `vswprintf_s`
    fn vswprintf_s(buffer: u64, size: u64, text: u64, arguments: Frame) -> i32 {
        vchecked([buffer, size, ALL], text, arguments, true)
    }
    /// `_vsnprintf_s`
    fn _vsnprintf_s(buffer: u64, size: u64, count: u64, text: u64, arguments: Frame) -> i32 {
        vchecked([buffer, size, count], text, arguments, false)
    }
    /// `_vsnwprintf_s`
    fn _vsnwprintf_s(buffer: u64, size: u64, count: u64, text: u64, arguments: Frame) -> i32 {
        vchecked([buffer, size, count], text, arguments, true)
    }
    naked sprintf = sprintf_entry;
    naked swprintf = swprintf_entry;
    naked _snprintf = snprintf_entry;
    naked _snwprintf = snwprintf_entry;
    naked sprintf_s = sprintf_s_entry;
    naked swprintf_s = swprintf_s_entry;
    naked _snprintf_s = snprintf_s_entry;
    naked _snwprintf_s = snwprintf_s_entry;
}

#[cfg(test)]
mod tests {
    use super::*;

    type Variadic = unsafe extern "win64" fn(u64, u64, u64, u64, u64, u64) -> i32;

    /// Calls a variadic export with up to six arguments.
    fn call_variadic(entry: unsafe extern "win64" fn(), arguments: [u64; 6]) -> i32 {
        let _ = crate::model::thread::current();
        // SAFETY: a variadic callee of the Windows convention takes the arguments of any call of it.
        let function =
            unsafe { std::mem::transmute::<unsafe extern "win64" fn(), Variadic>(entry) };
        let [a, b, c, d, e, f] = arguments;
        // SAFETY: the tests pass what format and buffer ask for.
        unsafe { function(a, b, c, d, e, f) }
    }

    fn wide(text: &str) -> Vec<u16> {
        text.encode_utf16().chain([0]).collect()
    }

    #[test]
    fn snwprintf_leaves_out_the_zero_and_then_says_that_it_cut() {
        let (format, mut out) = (wide("%d-%s"), [7_u16; 8]);
        let name = wide("ab");
        let mut print = |count: u64| {
            let arguments = [
                out.as_mut_ptr() as u64,
                count,
                format.as_ptr() as u64,
                12,
                name.as_ptr() as u64,
                0,
            ];
            // `_snwprintf`
            (call_variadic(snwprintf_entry, arguments), out[5])
        };
        assert_eq!(print(5), (5, 7));
        assert_eq!(print(4), (-1, 7));
        assert_eq!(print(8), (5, 0));
        assert_eq!(&out[..5], &wide("12-ab")[..5]);
    }

    #[test]
    fn swprintf_s_gives_an_empty_string_for_what_is_too_long() {
        let (format, mut out) = (wide("%x"), [7_u16; 4]);
        let print = |out: &mut [u16; 4], size: u64, value: u64| {
            call_variadic(
                swprintf_s_entry,
                [
                    out.as_mut_ptr() as u64,
                    size,
                    format.as_ptr() as u64,
                    value,
                    0,
                    0,
                ],
            )
        };
        assert_eq!((print(&mut out, 4, 0xabc), out), (3, [97, 98, 99, 0]));
        assert_eq!((print(&mut out, 4, 0xabcd), out[0]), (-1, 0));
        assert_eq!(print(&mut out, 0, 1), -1);
    }

    #[test]
    fn snprintf_s_cuts_when_it_is_told_to() {
        let (format, mut out) = (c"%s".as_ptr() as u64, [7_u8; 4]);
        let text = c"abcdef".as_ptr() as u64;
        let print = |out: &mut [u8; 4], count: u64| {
            // `_snprintf_s`
            call_variadic(
                snprintf_s_entry,
                [out.as_mut_ptr() as u64, 4, count, format, text, 0],
            )
        };
        assert_eq!((print(&mut out, u64::MAX), &out), (-1, b"abc\0"));
        assert_eq!((print(&mut out, 2), &out[..3]), (-1, &b"ab\0"[..]));
        assert_eq!((print(&mut out, 5), out[0]), (-1, 0));
    }

    #[test]
    fn the_unbounded_forms_write_it_all() {
        let mut out = [7_u8; 8];
        let arguments = [
            out.as_mut_ptr() as u64,
            c"%c%u".as_ptr() as u64,
            'x' as u64,
            42,
            0,
            0,
        ];
        // `sprintf`
        assert_eq!(
            (call_variadic(sprintf_entry, arguments), &out[..4]),
            (3, &b"x42\0"[..])
        );
        let (format, mut units) = (wide("%ls"), [7_u16; 4]);
        let text = wide("q");
        let arguments = [
            units.as_mut_ptr() as u64,
            format.as_ptr() as u64,
            text.as_ptr() as u64,
            0,
            0,
            0,
        ];
        // `swprintf`
        assert_eq!((call_variadic(swprintf_entry, arguments), units[1]), (1, 0));
    }

    #[test]
    fn the_list_forms_take_their_arguments_from_memory() {
        let _ = crate::model::thread::current();
        let (arguments, mut out) = ([5_u64, 6], [7_u8; 8]);
        let (format, at) = (c"%d %d".as_ptr() as u64, out.as_mut_ptr() as u64);
        let list: Frame = arguments.as_ptr();
        assert_eq!(call!(vsprintf(at, format, list)), 3);
        assert_eq!(call!(_vsnprintf(at, 2, format, list)), -1);
        assert_eq!(call!(vsprintf_s(at, 3, format, list)), -1);
        assert_eq!(out[0], 0);
        assert_eq!(call!(_vsnprintf_s(at, 3, u64::MAX, format, list)), -1);
        assert_eq!(&out[..3], b"5 \0");
        // `_snprintf`, `sprintf_s`: the same with the arguments in registers.
        assert_eq!(call_variadic(snprintf_entry, [at, 8, format, 5, 6, 0]), 3);
        assert_eq!(call_variadic(sprintf_s_entry, [at, 8, format, 5, 6, 0]), 3);
        let (format, mut units) = (wide("%d"), [7_u16; 4]);
        let (format, at) = (format.as_ptr() as u64, units.as_mut_ptr() as u64);
        assert_eq!(call!(_vsnwprintf(at, 4, format, list)), 1);
        assert_eq!(call!(vswprintf_s(at, 4, format, list)), 1);
        assert_eq!(call!(_vsnwprintf_s(at, 4, 3, format, list)), 1);
        // `_snwprintf_s`
        assert_eq!(
            call_variadic(snwprintf_s_entry, [at, 4, 3, format, 5, 0]),
            1
        );
        assert_eq!(units[..2], [u16::from(b'5'), 0]);
    }
}
