#![allow(unsafe_code)] // a symbol with the linker's name

//! What the Windows linker wants of an image whose code may touch floating point numbers.

/// `_fltused` — the C runtime defines it; a driver without one has to. The compiler's own support code refers to it.
// SAFETY: no other item of the image has this name, and nothing reads its value.
#[unsafe(no_mangle)]
#[allow(non_upper_case_globals, reason = "the linker's name")]
static _fltused: i32 = 0;
