//! Assertions, as the headers of a checked build have them.
#![allow(unsafe_code, unsafe_op_in_unsafe_fn)] // an imported function

use core::ffi::CStr;
use core::ptr::null;

use minifilter_sys::{PCSTR, ULONG};

#[cfg_attr(
    windows,
    link(name = "ntoskrnl.exe", kind = "raw-dylib", modifiers = "+verbatim")
)]
unsafe extern "C" {
    fn RtlAssert(assertion: PCSTR, file: PCSTR, line: ULONG, message: PCSTR);
}

/// `RtlAssert` — says that what the driver took for certain is not so.
///
/// # Safety
/// The kernel's function is there to be called.
pub unsafe fn assert_failed(assertion: &CStr, line: u32) {
    RtlAssert(
        assertion.as_ptr().cast(),
        c"driver".as_ptr().cast(),
        line,
        null(),
    );
}
