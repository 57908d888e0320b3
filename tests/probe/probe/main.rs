//! Asks the kernel questions in DriverEntry and prints each answer, so that two kernels can be compared.
//!
//! Raw minifilter-sys, like the faulty drivers, on purpose: the answers shall be the kernel's alone.
#![no_std]
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // raw on purpose

mod conversions;
mod events;
mod resources;
mod strings;
mod times;

use core::ffi::CStr;
use ringfence_faulty::*;

driver!(load: ask);

unsafe fn ask() -> NTSTATUS {
    strings::ask();
    conversions::ask();
    resources::ask();
    events::ask();
    times::ask();
    say(c"end", 0);
    STATUS_SUCCESS
}

/// Prints one answer.
fn say(question: &CStr, answer: i64) {
    // SAFETY: the format takes a C string and a 64-bit number, and gets both.
    unsafe {
        DbgPrint(
            c"probe: %s = %I64d\n".as_ptr().cast(),
            question.as_ptr(),
            answer,
        )
    };
}

/// Prints an answer that is text.
fn say_text(question: &CStr, answer: &UNICODE_STRING) {
    let characters = i32::from(answer.Length / 2);
    // Not %wZ, which Wine does not know.
    // SAFETY: the format takes a C string, a number of characters and at most so many characters, and gets them.
    unsafe {
        DbgPrint(
            c"probe: %s = '%.*ls'\n".as_ptr().cast(),
            question.as_ptr(),
            characters,
            answer.Buffer,
        )
    };
}

/// A counted string over characters that live longer than it is used.
fn counted(text: &[u16]) -> UNICODE_STRING {
    let bytes = (text.len() * 2) as u16;
    UNICODE_STRING {
        Length: bytes,
        MaximumLength: bytes,
        Buffer: text.as_ptr().cast_mut(),
    }
}

/// An empty counted string over room for an answer.
fn room(buffer: &mut [u16]) -> UNICODE_STRING {
    UNICODE_STRING {
        Length: 0,
        MaximumLength: (buffer.len() * 2) as u16,
        Buffer: buffer.as_mut_ptr(),
    }
}

/// The characters of an ASCII literal.
fn wide<const N: usize>(text: &[u8; N]) -> [u16; N] {
    text.map(u16::from)
}
