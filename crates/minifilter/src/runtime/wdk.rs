//! Feature `wdk`: the panic handler, the allocator and printing are Microsoft's.

use core::ffi::CStr;

use wdk_alloc::WdkAllocator;

// The panic handler: stops the system with the code "RPNC" and the same parameters as the portable one.
extern crate wdk_panic as _;

/// Lets a driver use the crate `alloc`; this library does not. Nonpaged pool, tag `rust`.
///
/// wdk-alloc looks at a layout's size only: pool blocks are aligned to 16 bytes, those of a page and more to a page, and a type
/// that wants more must not be allocated so. `alloc` also ends in a panic, a bug check, when memory is low; `pool` does not.
#[global_allocator]
static ALLOCATOR: WdkAllocator = WdkAllocator;

/// Nothing: wdk-panic brings the panic handler.
#[doc(hidden)]
#[macro_export]
macro_rules! panic_handler {
    () => {};
}

/// `DbgPrint` — prints `label` and a number as one line. The level is the caller's to prove.
pub(crate) fn print_number(label: &CStr, value: u64) {
    wdk::println!("{} {value}", label.to_str().unwrap_or_default());
}
