//! DbgPrint, DbgPrintEx, vDbgPrintEx — shims; what the driver prints goes into the report.
#![allow(unsafe_code)] // Windows calling convention, variadic

use crate::exports::gate;
use crate::model::format::{self, Arguments};
use crate::verify::{self, rule};
use crate::{export, report};

const STATUS_SUCCESS: i32 = 0;
/// DbgPrint cuts its output to this many bytes.
const LONGEST: usize = 512;

/// A variadic callee finds its unnamed arguments in memory once the register ones are put into their home slots.
#[unsafe(naked)]
unsafe extern "win64" fn dbg_print_entry() {
    std::arch::naked_asm!(
        "mov [rsp + 8], rcx",
        "mov [rsp + 16], rdx",
        "mov [rsp + 24], r8",
        "mov [rsp + 32], r9",
        "lea rdx, [rsp + 16]",
        "jmp {}",
        sym dbg_print
    )
}

#[unsafe(naked)]
unsafe extern "win64" fn dbg_print_ex_entry() {
    std::arch::naked_asm!(
        "mov [rsp + 8], rcx",
        "mov [rsp + 16], rdx",
        "mov [rsp + 24], r8",
        "mov [rsp + 32], r9",
        "lea r9, [rsp + 32]",
        "jmp {}",
        sym dbg_print_ex
    )
}

extern "win64" fn dbg_print(text: *const u8, arguments: *const u64) -> i32 {
    gate::enter(&DbgPrint::EXPORT);
    print(text, arguments)
}

extern "win64" fn dbg_print_ex(
    _component: u32,
    _level: u32,
    text: *const u8,
    arguments: *const u64,
) -> i32 {
    gate::enter(&DbgPrintEx::EXPORT);
    print(text, arguments)
}

fn print(text: *const u8, arguments: *const u64) -> i32 {
    let mut characters = Vec::new();
    let mut at = text;
    while characters.len() < LONGEST {
        // SAFETY: the format is a zero-terminated string of the driver, and no zero was met yet.
        match unsafe { at.read() } {
            0 => break,
            byte => characters.push(char::from(byte)),
        }
        at = at.wrapping_add(1);
    }
    // SAFETY: the driver passes an argument for each conversion of its format.
    let arguments = unsafe { Arguments::new(arguments) };
    let mut line = format::format(&characters, arguments, false);
    line.truncate(line.floor_char_boundary(LONGEST));
    for part in line.lines() {
        report::debug_print(part);
    }
    STATUS_SUCCESS
}

/// A string of the driver's; empty for none.
fn text(at: *const std::ffi::c_char) -> String {
    if at.is_null() {
        return String::new();
    }
    // SAFETY: not null; the driver passes a zero-terminated string.
    unsafe { std::ffi::CStr::from_ptr(at) }
        .to_string_lossy()
        .into_owned()
}

export! { Dll::Ntoskrnl;
    /// `vDbgPrintEx`
    fn vDbgPrintEx(_component: u32, _level: u32, text: *const u8, arguments: *const u64) -> i32 {
        print(text, arguments)
    }
    /// `RtlAssert` — an assertion of the driver's own does not hold.
    fn RtlAssert(assertion: *const std::ffi::c_char, file: *const std::ffi::c_char, line: u32, message: *const std::ffi::c_char) {
        let [assertion, file, message] = [assertion, file, message].map(text);
        let detail = format!("{message} assertion {assertion} in {file}, line {line}");
        verify::violation(rule::ASSERTION_FAILED, detail.trim_start());
    }
    naked DbgPrint = dbg_print_entry;
    naked DbgPrintEx = dbg_print_ex_entry;
}

#[cfg(test)]
mod tests {
    use super::*;

    type Variadic = unsafe extern "win64" fn(u32, u32, *const u8, u64, u64, u64) -> i32;

    #[test]
    fn a_variadic_call_prints_register_and_stack_arguments() {
        let _ = crate::model::thread::current();
        let entry: unsafe extern "win64" fn() = dbg_print_ex_entry;
        // SAFETY: a variadic callee of the Windows convention takes the arguments of any call of it.
        let call = unsafe { std::mem::transmute::<unsafe extern "win64" fn(), Variadic>(entry) };
        // SAFETY: three conversions, three arguments.
        unsafe {
            call(
                77,
                0,
                c"ex %d %x %s\n".as_ptr().cast(),
                1,
                0xab,
                c"end".as_ptr() as u64,
            )
        };
        assert!(report::with(|report| report
            .debug_prints
            .contains(&"ex 1 ab end".to_owned())));
    }

    #[test]
    fn an_assertion_that_does_not_hold_is_reported() {
        let found = crate::verify::tests::violations_of("RtlAssert", || {
            let none = std::ptr::null();
            call!(RtlAssert(c"1 == 2".as_ptr(), c"one.c".as_ptr(), 12, none));
        });
        assert_eq!(found, ["assertion of the driver failed"]);
    }
}
